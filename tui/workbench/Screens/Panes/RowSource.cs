using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Screens.Panes;

/// <summary>Rows for a pane.</summary>
/// <param name="Key">Names a row, also when it stands elsewhere later.</param>
/// <param name="Line">Draws a row.</param>
public sealed record RowSource(int Count, Func<int, string> Key, Func<int, ScreenLine> Line)
{
    public static readonly RowSource None = new(0, static _ => "", static _ => ScreenLine.Empty);

    /// <summary>Stays above the rows.</summary>
    public ScreenLine? Header { get; init; }

    /// <summary>Whether a cursor on the first row stays with that row when others come before it.</summary>
    public bool KeepsFirst { get; init; }

    /// <summary>Lines that are there already.</summary>
    public static RowSource Of(IReadOnlyList<ScreenLine> lines) => new(lines.Count, static i => $"{i}", i => lines[i]);

    public int IndexOf(string key)
    {
        for (var i = 0; i < Count; i++)
        {
            if (Key(i) == key)
                return i;
        }

        return -1;
    }
}
