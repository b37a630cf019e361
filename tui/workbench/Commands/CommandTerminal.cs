using System.Text;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Commands;

/// <summary>Where a command reads and writes; tests pass their own.</summary>
public sealed record CommandTerminal
{
    /// <summary>Text for people and programs.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Notices, logs and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>stdout for bytes.</summary>
    public required Stream OutStream { get; init; }

    /// <summary>stderr for bytes.</summary>
    public required Stream ErrorStream { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Whether there is something to read; without it <see cref="OpenInput"/> gives an input at its end.</summary>
    public bool HasInput { get; init; } = true;

    /// <summary>Whether a person sees what goes to <see cref="Out"/>.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>Whether a person sees what goes to <see cref="Error"/>.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whether a person types what is read.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>An environment variable; null when it is not set or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The process's own.</summary>
    public static CommandTerminal System()
    {
        var (output, error) = (StandardStream.Output(), StandardStream.Error());
        return new CommandTerminal
        {
            Out = Writer(output),
            Error = Writer(error),
            OutStream = output,
            ErrorStream = error,
            OpenInput = StandardStream.Input,
            HasInput = !StandardStream.IsMissing(0),
            IsOutTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            IsInputTerminal = !Console.IsInputRedirected,
            Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        };
    }

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true });
}
