using MiniLambda.Domain.Text;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace MiniLambda.Domain.Toml;

/// <summary>Reads TOML 1.1 into a tree that remembers where each value stands, and goes on after errors so that all are told at once.</summary>
public static class TomlDocument
{
    /// <param name="source">Name of the text in errors.</param>
    /// <param name="errors">Gets what is wrong with the syntax, duplicate keys included.</param>
    public static TomlTable Parse(string text, string source, ICollection<TextError> errors)
    {
        if (ParseSyntax(text, source, errors) is not { } document)
            return [];
        foreach (var problem in document.Diagnostics)
        {
            var start = problem.Span.Start;
            errors.Add(new TextError(source, start.Line + 1, start.Column + 1, Printable.Of(FirstLine(problem.Message))));
        }

        var root = new TomlTable();
        if (document.HasErrors)
            return root;
        foreach (var entry in document.KeyValues)
            Add(root, entry, source, errors);
        foreach (var section in document.Tables)
        {
            if (section.Name is null || Descend(root, Parts(section.Name), section, source, errors) is not { } table)
                continue;
            if (section is TableArraySyntax)
            {
                errors.Add(Error(source, section, "arrays of tables have no meaning here"));
                continue;
            }

            foreach (var entry in section.Items)
                Add(table, entry, source, errors);
        }

        return root;
    }

    private static DocumentSyntax? ParseSyntax(string text, string source, ICollection<TextError> errors)
    {
        try
        {
            return SyntaxParser.Parse(text, source, true);
        }
        catch (TomlException)
        {
            // What is wrong stands in the document's diagnostics; only where its stack would grow too deep does the parser throw.
            var (line, column) = FindFirstError(text);
            errors.Add(new TextError(source, line, column, "arrays and tables are nested too deeply"));
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // Tomlyn 2.10 stumbles over a text that ends within an escape sequence.
            var lastLine = text.LastIndexOf('\n') + 1;
            errors.Add(new TextError(source, text.Count(c => c == '\n') + 1, text.Length - lastLine + 1, "the text ends within an escape sequence"));
            return null;
        }
    }

    // The parser of syntax trees does not say where it gave up; the parser of events does.
    private static (int Line, int Column) FindFirstError(string text)
    {
        try
        {
            var events = TomlParser.Create(text, new TomlParserOptions());
            while (events.MoveNext())
                continue;
            return (1, 1);
        }
        catch (TomlException e)
        {
            return (e.Line ?? 1, e.Column ?? 1);
        }
    }

    private static void Add(TomlTable table, KeyValueSyntax entry, string source, ICollection<TextError> errors)
    {
        if (entry.Key is null || entry.Value is null)
            return;
        var parts = Parts(entry.Key);
        if (Descend(table, parts[..^1], entry.Key, source, errors) is not { } target)
            return;
        if (!target.TryAdd(parts[^1], Read(entry.Value, source, errors) with { KeyColumn = entry.Key.Span.Start.Column + 1 }))
            errors.Add(Error(source, entry.Key, $"'{Printable.Of(parts[^1])}' is set twice"));
    }

    private static TomlTable? Descend(TomlTable table, IEnumerable<string> parts, SyntaxNode at, string source, ICollection<TextError> errors)
    {
        foreach (var part in parts)
        {
            if (!table.TryGetValue(part, out var node))
                table[part] = node = new TomlNode(new TomlTable(), at.Span.Start.Line + 1, at.Span.Start.Column + 1);
            if (node.Value is not TomlTable next)
            {
                errors.Add(Error(source, at, $"'{Printable.Of(part)}' is {node.TypeName} already and cannot be a table"));
                return null;
            }

            table = next;
        }

        return table;
    }

    private static TomlNode Read(ValueSyntax value, string source, ICollection<TextError> errors)
    {
        object content = value switch
        {
            StringValueSyntax text => text.Value ?? "",
            IntegerValueSyntax integer => integer.Value,
            FloatValueSyntax number => number.Value,
            BooleanValueSyntax boolean => boolean.Value,
            ArraySyntax array => ReadArray(array, source, errors),
            InlineTableSyntax table => ReadTable(table, source, errors),
            _ => new object(),
        };
        return new TomlNode(content, value.Span.Start.Line + 1, value.Span.Start.Column + 1);
    }

    private static TomlArray ReadArray(ArraySyntax array, string source, ICollection<TextError> errors)
    {
        var items = new TomlArray();
        foreach (var item in array.Items)
        {
            if (item.Value is not null)
                items.Add(Read(item.Value, source, errors));
        }

        return items;
    }

    private static TomlTable ReadTable(InlineTableSyntax inline, string source, ICollection<TextError> errors)
    {
        var table = new TomlTable();
        foreach (var item in inline.Items)
        {
            if (item.KeyValue is not null)
                Add(table, item.KeyValue, source, errors);
        }

        return table;
    }

    private static string[] Parts(KeySyntax key)
    {
        var parts = new List<string> { Text(key.Key) };
        foreach (var dotted in key.DotKeys)
            parts.Add(Text(dotted.Key));
        return [.. parts];
    }

    private static string Text(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private static TextError Error(string source, SyntaxNode at, string message) =>
        new(source, at.Span.Start.Line + 1, at.Span.Start.Column + 1, message);

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
