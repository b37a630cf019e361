using System.Globalization;
using MiniLambda.Workbench.Screens.Lines;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>Shows what a save would change.</summary>
public sealed class DiffView(ActiveTheme theme) : LinesView(theme)
{
    private IReadOnlyList<DiffLine> _lines = [];
    private int _numberWidth = 1;

    public int AddedLines { get; private set; }

    public int RemovedLines { get; private set; }

    protected override int LineCount => _lines.Count;

    protected override string EmptyText => "nothing changed";

    protected override string StatusText => $"+{AddedLines} -{RemovedLines} {(AddedLines + RemovedLines == 1 ? "line" : "lines")}";

    /// <summary>Compares two texts and shows the first change.</summary>
    public void Show(string before, string after)
    {
        var all = LineDiff.Compare(before, after);
        (AddedLines, RemovedLines) = (all.Count(l => l.Change == LineChange.Added), all.Count(l => l.Change == LineChange.Removed));
        _lines = AddedLines + RemovedLines == 0 ? [] : LineDiff.Shorten(all);
        _numberWidth = all.Count.ToString(CultureInfo.InvariantCulture).Length;
        Restart();
    }

    protected override string TextAt(int line) => _lines[line].Text;

    protected override string PrefixAt(int line)
    {
        var (change, before, after, _) = _lines[line];
        var sign = change switch { LineChange.Added => '+', LineChange.Removed => '-', LineChange.Skipped => '~', _ => ' ' };
        return $"{Number(before)} {Number(after)} {sign} ";
    }

    protected override ThemeRole PrefixRole(int line) => RoleOf(_lines[line].Change, ThemeRole.Muted);

    protected override void Colour(int line, string text, Span<ThemeRole> roles) => roles.Fill(RoleOf(_lines[line].Change, ThemeRole.Plain));

    private string Number(int? line) => (line?.ToString(CultureInfo.InvariantCulture) ?? "").PadLeft(_numberWidth);

    private static ThemeRole RoleOf(LineChange change, ThemeRole usual) => change switch
    {
        LineChange.Added => ThemeRole.Added,
        LineChange.Removed => ThemeRole.Removed,
        LineChange.Skipped => ThemeRole.Muted,
        _ => usual,
    };
}
