namespace MiniLambda.Workbench.Rendering;

/// <summary>Columns aligned by spaces, as kubectl prints them; nothing is cut or wrapped, so that what is piped is whole.</summary>
public sealed class TextTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Said on its own line when there are no rows.</summary>
    public string WhenEmpty { get; init; } = "";

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        if (_rows.Count == 0 && WhenEmpty.Length > 0)
        {
            output.WriteLine(WhenEmpty);
            return;
        }

        var lines = columns.Length > 0 ? _rows.Prepend(columns).ToList() : _rows;
        var widths = new int[lines.Max(l => l.Length)];
        foreach (var line in lines)
        {
            for (var i = 0; i < line.Length; i++)
                widths[i] = Math.Max(widths[i], line[i].Length);
        }

        foreach (var line in lines)
            output.WriteLine(string.Concat(line.Select((cell, i) => i == line.Length - 1 ? cell : cell.PadRight(widths[i] + 2))).TrimEnd());
    }
}
