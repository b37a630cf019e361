using MiniLambda.Workbench.Commands.Streams;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Progress;

/// <summary>A line on stderr that says how far a command is, for a person who watches; it is written over, and gone when it is done.</summary>
public sealed class ProgressLine(TextWriter? error, Func<TerminalSize> size)
{
    private const string ToStart = "\r";
    private const string EraseRest = "\u001b[K";

    private readonly Lock _guard = new();
    private string _shown = "";

    /// <summary>Where nobody watches.</summary>
    public static ProgressLine None { get; } = new(null, static () => TerminalSize.Usual);

    /// <summary>Whether anybody sees it.</summary>
    public bool IsSeen => error is not null;

    /// <summary>Shows a line in place of the one before.</summary>
    public void Show(string text)
    {
        if (error is null)
            return;
        lock (_guard)
        {
            // One column stays free: a terminal that has written its last one may be on the next line.
            var line = TextWidth.Clip(Domain.Text.Printable.Line(text), Math.Max(1, size().Columns - 1));
            if (line == _shown)
                return;
            error.Write(ToStart + line + EraseRest);
            _shown = line;
        }
    }

    /// <summary>Takes the line away, before something else is written.</summary>
    public void Erase()
    {
        if (error is null)
            return;
        lock (_guard)
        {
            if (_shown.Length == 0)
                return;
            error.Write(ToStart + EraseRest);
            _shown = "";
        }
    }
}
