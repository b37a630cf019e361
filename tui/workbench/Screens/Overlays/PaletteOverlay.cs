using System.Drawing;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Repl.Language;
using MiniLambda.Workbench.Repl.Prompting;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>
/// The whole command line within the workbench: what can be typed in a shell, with completion and history, and above it what commands print, as it comes.
/// </summary>
internal sealed class PaletteOverlay : Overlay
{
    private const int MaxLines = 5000;

    private readonly KeptHistory _history;
    private readonly Func<string, IReadOnlyList<string>> _complete;
    private readonly Func<IReadOnlyList<string>, PrintedLines, CancellationToken, Task<CommandOutcome>> _run;
    private readonly InputField _field;
    private readonly RowPane _output;
    private readonly List<ScreenLine> _lines = [];
    private IReadOnlyList<string> _proposals = [];
    private CancellationTokenSource? _running;
    private int _at;

    /// <param name="history">What was typed before; grows with every command.</param>
    /// <param name="complete">Words that may stand where a line ends.</param>
    /// <param name="run">Runs a command, which prints while it runs; what it printed otherwise is in its outcome.</param>
    public PaletteOverlay(
        ActiveTheme theme, KeptHistory history, Func<string, IReadOnlyList<string>> complete,
        Func<IReadOnlyList<string>, PrintedLines, CancellationToken, Task<CommandOutcome>> run)
        : base(theme, " minilambda … ")
    {
        (_history, _complete, _run, _at) = (history, complete, run, history.Lines.Count);
        _output = new RowPane(theme) { HasCursor = false, Width = Dim.Fill(), Height = Dim.Fill(2), CanFocus = false };
        _field = new InputField(theme) { X = 2, Y = Pos.AnchorEnd(2), Width = Dim.Fill(1), Pressed = Press };
        _field.TextChanged += (_, _) => Propose();
        Add(_output, _field);
        Propose();
    }

    /// <inheritdoc/>
    public override Rectangle Place(Size screen)
    {
        var height = Math.Min(screen.Height - 2, Math.Max(12, screen.Height * 2 / 3));
        return new Rectangle(1, screen.Height - height - 1, screen.Width - 2, height);
    }

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (y, width) = (Viewport.Height - 2, Viewport.Width);
        LinePainter.Draw(this, Theme.Current, 0, y, 2, ScreenLine.Of(":", ThemeRole.Heading));
        var line = _running is not null ? ScreenLine.Of(" it runs; Esc stops it", ThemeRole.Running)
            : _proposals.Count > 0 ? StatusLines.Hints(_proposals.Select(p => ("", p)), width)
            : ScreenLine.Of(" Enter runs it, Tab completes, Up brings back, Esc closes", ThemeRole.Muted);
        LinePainter.Draw(this, Theme.Current, 0, y + 1, width, line);
        return true;
    }

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        switch (key)
        {
            case "Enter":
                Execute();
                return true;
            case "Tab":
                Complete();
                return true;
            case "Up":
                Recall(-1);
                return true;
            case "Down":
                Recall(1);
                return true;
            case "PgUp":
                _output.MoveBy(-10);
                return true;
            case "PgDn":
                _output.MoveBy(10);
                return true;
            case "Esc" or "^C" when _running is not null:
                _running.Cancel();
                return true;
            case "Esc":
                Close();
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _running?.Cancel();
        base.Dispose(disposing);
    }

    private void Recall(int by)
    {
        var lines = _history.Lines;
        _at = Math.Clamp(_at + by, 0, lines.Count);
        // A line of the REPL may have been several.
        _field.Set(_at < lines.Count ? lines[_at].ReplaceLineEndings(" ") : "");
    }

    private void Propose()
    {
        _proposals = _complete(_field.Text);
        SetNeedsDraw();
    }

    private void Complete()
    {
        if (_proposals.Count == 0)
            return;
        var text = _field.Text;
        var word = text[(text.LastIndexOf(' ') + 1)..];
        var common = _proposals[0];
        foreach (var proposal in _proposals)
        {
            var same = 0;
            while (same < common.Length && same < proposal.Length && common[same] == proposal[same])
                same++;
            common = common[..same];
        }

        if (common.Length >= word.Length)
            _field.Set(text[..^word.Length] + common + (_proposals.Count == 1 ? " " : ""));
    }

    private void Execute()
    {
        var line = _field.Text.Trim();
        if (line.StartsWith("minilambda ", StringComparison.Ordinal))
            line = line["minilambda ".Length..].Trim();
        if (line.Length == 0 || _running is not null)
            return;
        _history.Keep(line);
        _at = _history.Lines.Count;
        _field.Set("");
        Write([new ScreenLine().Add("$ ", ThemeRole.Muted).Add(line, ThemeRole.Text)], isEnd: true);
        if (!ShellWords.TrySplit(line, out var words, out var problem))
        {
            Write([ScreenLine.Of(problem, ThemeRole.Failed)]);
            return;
        }

        if (words.Count == 0)
            return;

        _ = RunAsync(words);
    }

    private async Task RunAsync(IReadOnlyList<string> words)
    {
        var running = _running = new CancellationTokenSource();
        var printed = new PrintedLines();
        printed.Came += () => App?.Invoke(() => Write(printed));
        SetNeedsDraw();
        var outcome = await _run(words, printed, running.Token).ConfigureAwait(false);
        App?.Invoke(() =>
        {
            _running = null;
            running.Dispose();
            Write(printed);
            WriteAll(outcome.Out, ThemeRole.Plain);
            WriteAll(outcome.Error, outcome.ExitCode == 0 ? ThemeRole.Muted : ThemeRole.Failed);
            if (outcome.ExitCode != 0)
                Write([ScreenLine.Of($"(code {outcome.ExitCode})", ThemeRole.Muted)]);
            Propose();
        });
    }

    private void WriteAll(string text, ThemeRole role)
    {
        if (text.Length > 0)
            Write(text.TrimEnd('\n').Split('\n').Select(line => Line(line.TrimEnd('\r'), role)));
    }

    private void Write(PrintedLines printed) => Write(printed.Take().Select(line => Line(line.Text, line.IsError ? ThemeRole.Muted : ThemeRole.Plain)));

    private static ScreenLine Line(string text, ThemeRole role) =>
        ScreenLine.Of(Printable.Line(text.Replace("\t", "    ", StringComparison.Ordinal), PrintedLines.MaxLength), role);

    /// <summary>Writes lines; the end stays in sight unless a person has scrolled away from it.</summary>
    private void Write(IEnumerable<ScreenLine> lines, bool isEnd = false)
    {
        var isFollowing = isEnd || _output.SeenEnd >= _lines.Count;
        _lines.AddRange(lines);
        if (_lines.Count > MaxLines)
            _lines.RemoveRange(0, _lines.Count - MaxLines);
        _output.Show(RowSource.Of(_lines.ToArray()));
        if (isFollowing)
            _output.MoveBy(_lines.Count);
    }
}
