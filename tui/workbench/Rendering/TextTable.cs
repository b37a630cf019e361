using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>
/// Columns aligned by spaces, as kubectl prints them; nothing is cut or wrapped, so that what is piped is whole. A row is one line, whatever its
/// cells hold: what could steer a terminal is shown, as <see cref="Printable"/> does.
/// </summary>
public sealed class TextTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Said on its own line when there are no rows.</summary>
    public string WhenEmpty { get; init; } = "";

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => Printable.Line(cell))]);

    public void Write(TextWriter output)
    {
        if (_rows.Count == 0 && WhenEmpty.Length > 0)
        {
            output.WriteLine(WhenEmpty);
            return;
        }

        var lines = columns.Length > 0 ? _rows.Prepend(columns).ToList() : _rows;
        if (lines.Count == 0)
            return;
        var widths = new int[lines.Max(l => l.Length)];
        foreach (var line in lines)
        {
            for (var i = 0; i < line.Length; i++)
                widths[i] = Math.Max(widths[i], TextWidth.Of(line[i]));
        }

        foreach (var line in lines)
            output.WriteLine(string.Concat(line.Select((cell, i) => i == line.Length - 1 ? cell : Pad(cell, widths[i] + 2))).TrimEnd());
    }

    private static string Pad(string cell, int width) => cell + new string(' ', width - TextWidth.Of(cell));
}
