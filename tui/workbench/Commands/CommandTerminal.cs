using System.Text;
using MiniLambda.Workbench.Commands.Progress;
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

    /// <summary>How much fits on the terminal that <see cref="Out"/> is, as it is now.</summary>
    public Func<TerminalSize> Size { get; init; } = static () => TerminalSize.Usual;

    /// <summary>Tells of keys as they are pressed until the answer is disposed; null where nobody can press any.</summary>
    public Func<Action<char>, TerminalKeys?> WatchKeys { get; init; } = static _ => null;

    /// <summary>What is typed is not shown until the answer is disposed; null where nothing can be hidden.</summary>
    public Func<IDisposable?> HideTyping { get; init; } = static () => null;

    /// <summary>The line on stderr that says how far a command is.</summary>
    public ProgressLine Progress { get; init; } = ProgressLine.None;

    /// <summary>An environment variable; null when it is not set or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The process's own.</summary>
    public static CommandTerminal System()
    {
        var (output, error) = (StandardStream.Output(), StandardStream.Error());
        var errorWriter = Writer(error);
        return new CommandTerminal
        {
            Out = Writer(output),
            Error = errorWriter,
            OutStream = output,
            ErrorStream = error,
            OpenInput = StandardStream.Input,
            HasInput = !StandardStream.IsMissing(0),
            IsOutTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            IsInputTerminal = !Console.IsInputRedirected,
            Size = TerminalSize.OfOutput,
            WatchKeys = Console.IsInputRedirected ? static _ => null : TerminalKeys.Watch,
            HideTyping = HideTypingAtTerminal,
            Progress = Console.IsErrorRedirected ? ProgressLine.None : new ProgressLine(errorWriter, TerminalSize.OfError),
            Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        };
    }

    private static TerminalModes? HideTypingAtTerminal()
    {
        var modes = TerminalModes.Open();
        modes?.TakeHidden();
        return modes;
    }

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true });
}
