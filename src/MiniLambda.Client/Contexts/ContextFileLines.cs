using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace MiniLambda.Client.Contexts;

/// <summary>Where the keys of a TOML document stand, for what is said about them.</summary>
internal static class ContextFileLines
{
    /// <param name="text">A document without errors.</param>
    /// <returns>Lines, from 1, by dotted keys.</returns>
    public static IReadOnlyDictionary<string, int> Of(string text)
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

        return lines;

        void Add(string within, IEnumerable<KeyValueSyntax> entries)
        {
            foreach (var entry in entries)
                lines.TryAdd(within + Spelled(entry.Key), entry.Span.Start.Line + 1);
        }
    }

    private static string Spelled(KeySyntax? key) => $"{key}".Trim().Replace("\"", "", StringComparison.Ordinal);
}
