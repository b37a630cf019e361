using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace MiniLambda.Client.Contexts;

/// <summary>Where the keys of a TOML document stand, for what is said about them.</summary>
internal sealed class ContextFileLines
{
    private readonly Dictionary<string, int> _lines;

    private ContextFileLines(Dictionary<string, int> lines) => _lines = lines;

    /// <param name="text">A document without errors.</param>
    public static ContextFileLines Of(string text)
    {
        var lines = new Dictionary<string, int>();
        var document = SyntaxParser.Parse(text, null, true);
        Add("", document.KeyValues);
        foreach (var table in document.Tables)
        {
            var name = Spelled(table.Name);
            lines.TryAdd(name, table.Span.Start.Line + 1);
            Add($"{name}.", table.Items);
        }

        return new ContextFileLines(lines);

        void Add(string within, IEnumerable<KeyValueSyntax> entries)
        {
            foreach (var entry in entries)
                lines.TryAdd(within + Spelled(entry.Key), entry.Span.Start.Line + 1);
        }
    }

    /// <returns>The line, from 1, of a dotted key; of one that is not there, the line of what it belongs to.</returns>
    public int Find(string key)
    {
        for (var at = key.Length; at > 0; at = key.LastIndexOf('.', at - 1))
        {
            var known = key[..at];
            if (_lines.TryGetValue(known, out var line))
                return line;
            if (_lines.Where(l => l.Key.StartsWith($"{known}.", StringComparison.Ordinal)).Select(l => l.Value).ToList() is { Count: > 0 } within)
                return within.Min();
        }

        return 1;
    }

    private static string Spelled(KeySyntax? key) => $"{key}".Trim().Replace("\"", "", StringComparison.Ordinal);
}
