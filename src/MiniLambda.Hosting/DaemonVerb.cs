using System.CommandLine;

namespace MiniLambda.Hosting;

/// <summary>Something that a daemon's program does with the daemon's settings beside serving, and that comes to an end.</summary>
/// <param name="Command">Its name, description, arguments and own options.</param>
/// <param name="Settings">The names of the settings that it reads, of those of the daemon.</param>
/// <param name="Run">Does it, and answers the exit code; writes to the streams of the <see cref="InvocationConfiguration"/>.</param>
public sealed record DaemonVerb<TOptions>(Command Command, IReadOnlyCollection<string> Settings, Func<TOptions, ParseResult, CancellationToken, Task<int>> Run)
    where TOptions : class, new()
{
    /// <summary>The word before its name, which stands for some verbs together; null when there is none.</summary>
    public string? Group { get; init; }
}
