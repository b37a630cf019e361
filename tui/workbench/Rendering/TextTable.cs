using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>
/// Columns aligned by spaces, as kubectl prints them; nothing is cut or wrapped, so that what is piped is whole. A row is one line, whatever its
/// cells hold: what could steer a terminal is shown, as <see cref="Printable"/> does.
/// </summary>
public sealed class TextTable(params string[] columns)
{
    private const int Gap = 2;

    private readonly List<string[]> _rows = [];

    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Said on its own line when there are no rows.</summary>
    public string WhenEmpty { get; init; } = "";

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => Printable.Line(cell))]);

    /// <param name="isColored">Whether states are told apart by colours too.</param>
    public void Write(TextWriter output, bool isColored = false)
    {
        foreach (var line in Lines(isColored))
            output.WriteLine(line);
    }

    /// <summary>The lines as they are printed.</summary>
    public IEnumerable<string> Lines(bool isColored = false)
    {
        if (_rows.Count == 0 && WhenEmpty.Length > 0)
            return [WhenEmpty];
        var widths = new List<int>();
        return columns.Length > 0 ? [Heading(widths, isColored), .. RowLines(widths, isColored)] : RowLines(widths, isColored);
    }

    /// <summary>The line above the rows.</summary>
    /// <param name="widths">Of the columns, at least; made wider for what stands in them here.</param>
    public string Heading(List<int> widths, bool isColored = false)
    {
        Widen(widths);
        return Line(columns, widths, static (_, cell) => cell).Paint(Tone.Strong, isColored);
    }

    /// <summary>The lines of the rows alone.</summary>
    /// <param name="widths">Of the columns, at least; made wider for what stands in them here.</param>
    public IReadOnlyList<string> RowLines(List<int> widths, bool isColored = false)
    {
        Widen(widths);
        return [.. _rows.Select(row => Line(row, widths, (column, cell) => cell.Paint(ToneOf(row, column), isColored)))];
    }

    private void Widen(List<int> widths)
    {
        foreach (var line in _rows.Prepend(columns))
        {
            for (var i = 0; i < line.Length; i++)
            {
                if (i == widths.Count)
                    widths.Add(0);
                widths[i] = Math.Max(widths[i], TextWidth.Of(line[i]));
            }
        }
    }

    /// <summary>A state has its colour wherever it stands: under its heading, or beside its label.</summary>
    private Tone ToneOf(string[] row, int column) => columns.Length > column
        ? columns[column] is "STATE" or "STATUS" ? Tones.Of(row[column]) : Tone.Plain
        : columns.Length == 0 && column == 1 && row[0] is "state" or "status" ? Tones.Of(row[column]) : Tone.Plain;

    private static string Line(string[] cells, List<int> widths, Func<int, string, string> paint)
    {
        // Nothing stands behind the last cell that has something in it.
        var last = Array.FindLastIndex(cells, cell => cell.Length > 0);
        return string.Concat(cells.Take(last + 1).Select((cell, i) =>
            paint(i, cell) + (i == last ? "" : new string(' ', widths[i] + Gap - TextWidth.Of(cell)))));
    }
}
