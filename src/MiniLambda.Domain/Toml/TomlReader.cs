using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;

namespace MiniLambda.Domain.Toml;

/// <summary>
/// Takes the known entries out of one table, collecting an error for each that has the wrong type or range; <see cref="Close"/> then reports what
/// nobody asked for. A method that finds an entry missing or wrong answers the given default.
/// </summary>
public sealed class TomlReader(TomlTable table, string source, string path, ICollection<TextError> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A string entry.</summary>
    public string Text(string key, string missing) => Take(key) is not { } node ? missing : node.Value as string ?? Wrong(node, key, "a string", missing);

    public bool Flag(string key, bool missing) => Take(key) is not { } node ? missing : node.Value is bool flag ? flag : Wrong(node, key, "true or false", missing);

    /// <summary>An integer from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public long Integer(string key, long missing, long min, long max)
    {
        if (Take(key) is not { } node)
            return missing;
        if (node.Value is not long number)
            return Wrong(node, key, "an integer", missing);
        return InRange(node, key, number, min, max, n => n.ToString(System.Globalization.CultureInfo.InvariantCulture), missing);
    }

    /// <summary>A size in bytes, as text such as <c>64MiB</c> or as an integer.</summary>
    public long Size(string key, long missing, long min, long max)
    {
        if (Take(key) is not { } node)
            return missing;
        if (node.Value is not long bytes && !ByteSize.TryParse(node.Value as string, out bytes))
            return Wrong(node, key, ByteSize.Rule, missing);
        return InRange(node, key, bytes, min, max, ByteSize.FormatExact, missing);
    }

    /// <summary>A duration as text, such as <c>5s</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan missing, TimeSpan min, TimeSpan max)
    {
        if (Take(key) is not { } node)
            return missing;
        if (!DurationText.TryParse(node.Value as string, out var duration))
            return Wrong(node, key, DurationText.Rule, missing);
        return InRange(node, key, duration, min, max, DurationText.Format, missing);
    }

    /// <summary>An array of strings.</summary>
    public IReadOnlyList<string> Texts(string key, IReadOnlyList<string> missing) => Items(key, missing, item => item.Value as string, "a string");

    /// <summary>An array of items that <paramref name="read"/> understands; it answers null for others.</summary>
    public IReadOnlyList<T> Items<T>(string key, IReadOnlyList<T> missing, Func<TomlNode, T?> read, string expected)
        where T : class
    {
        if (Take(key) is not { } node)
            return missing;
        if (node.Value is not TomlArray array)
            return Wrong(node, key, "an array", missing);
        var items = new List<T>();
        foreach (var item in array)
        {
            if (read(item) is { } value)
                items.Add(value);
            else
                Wrong(item, key, expected, items);
        }

        return items;
    }

    /// <summary>A table whose values are strings.</summary>
    public IReadOnlyDictionary<string, string> Map(string key) => Map(key, node => node.Value as string, "a string");

    /// <summary>A table whose values <paramref name="read"/> understands; it answers null for others.</summary>
    public IReadOnlyDictionary<string, T> Map<T>(string key, Func<TomlNode, T?> read, string expected)
        where T : class
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        if (Take(key) is not { } node)
            return map;
        if (node.Value is not TomlTable entries)
            return Wrong(node, key, "a table", map);
        foreach (var (name, item) in entries)
        {
            if (read(item) is { } value)
                map[name] = value;
            else
                Wrong(item, $"{key}.{Printable.Of(name)}", expected, map);
        }

        return map;
    }

    /// <summary>A reader of the table under a key; of an empty one when it is missing.</summary>
    public TomlReader Table(string key)
    {
        var node = Take(key);
        if (node is not null && node.Value is not TomlTable)
            Wrong(node, key, "a table", 0);
        return new TomlReader(node?.Value as TomlTable ?? [], source, Path(key), errors);
    }

    public bool Has(string key) => table.ContainsKey(key);

    /// <summary>An error at an entry, or at the start of the text when the entry is missing.</summary>
    public void Fail(string key, string message)
    {
        // A key of a table within: told where it stands.
        if (!table.TryGetValue(key, out var node) && key.Split('.', 2) is [var outer, var inner] && table.TryGetValue(outer, out node) && node.Value is TomlTable within)
            node = within.GetValueOrDefault(inner) ?? node;
        errors.Add(new TextError(source, node?.Line ?? 1, node?.Column ?? 1, message));
    }

    /// <summary>Reports the entries that nobody asked for.</summary>
    public void Close()
    {
        foreach (var (key, node) in table.Where(entry => !_known.Contains(entry.Key)))
        {
            var near = Spelling.Nearest(key, _known);
            errors.Add(new TextError(
                source, node.Line, node.KeyColumn,
                $"unknown key '{Path(Printable.Of(key))}'" + (near is null ? "" : $"; did you mean '{Path(near)}'?")));
        }
    }

    private TomlNode? Take(string key)
    {
        _known.Add(key);
        return table.GetValueOrDefault(key);
    }

    private T InRange<T>(TomlNode node, string key, T value, T min, T max, Func<T, string> format, T missing)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0)
            return value;
        errors.Add(new TextError(
            source, node.Line, node.Column, $"'{Path(key)}' is {format(value)}; it must be between {format(min)} and {format(max)}"));
        return missing;
    }

    private T Wrong<T>(TomlNode node, string key, string expected, T missing)
    {
        var found = node.Value is string text ? $"\"{Printable.Of(text)}\"" : node.TypeName;
        errors.Add(new TextError(source, node.Line, node.Column, $"'{Path(key)}' must be {expected}, not {found}"));
        return missing;
    }

    private string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
