namespace MiniLambda.Domain.Toml;

/// <summary>A value in a TOML document, with where it stands.</summary>
/// <param name="Value">A string, long, double, bool, <see cref="TomlArray"/> or <see cref="TomlTable"/>; something else for a date or time.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record TomlNode(object Value, int Line, int Column)
{
    /// <summary>Where the key that names the value begins; the value's own column when it has none.</summary>
    public int KeyColumn { get; init; } = Column;

    /// <summary>The value's type, for error messages.</summary>
    public string TypeName => Value switch
    {
        string => "a string",
        long => "an integer",
        double => "a number",
        bool => "a boolean",
        TomlArray => "an array",
        TomlTable => "a table",
        _ => "a date or time",
    };
}

/// <summary>The values of an array.</summary>
public sealed class TomlArray : List<TomlNode>;

/// <summary>The entries of a table by key.</summary>
public sealed class TomlTable : Dictionary<string, TomlNode>
{
    public TomlTable()
        : base(StringComparer.Ordinal)
    {
    }
}

/// <summary>Something wrong in a text file; its text is <c>file:line:column: message</c>.</summary>
public sealed record TextError(string Source, int Line, int Column, string Message)
{
    public override string ToString() => $"{Source}:{Line}:{Column}: {Message}";
}
