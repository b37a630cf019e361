namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>A place between two characters of a document.</summary>
/// <param name="Line">From 0.</param>
/// <param name="Column">UTF-16 units before it in its line.</param>
public readonly record struct TextPosition(int Line, int Column) : IComparable<TextPosition>
{
    public int CompareTo(TextPosition other) => Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    public static bool operator <(TextPosition a, TextPosition b) => a.CompareTo(b) < 0;

    public static bool operator >(TextPosition a, TextPosition b) => a.CompareTo(b) > 0;

    public static bool operator <=(TextPosition a, TextPosition b) => a.CompareTo(b) <= 0;

    public static bool operator >=(TextPosition a, TextPosition b) => a.CompareTo(b) >= 0;

    /// <summary>Where a text ends that begins here.</summary>
    public TextPosition After(string text)
    {
        var lastLine = text.LastIndexOf('\n') + 1;
        return lastLine == 0 ? this with { Column = Column + text.Length } : new TextPosition(Line + text.Count(c => c == '\n'), text.Length - lastLine);
    }
}

/// <summary>What lies between two places.</summary>
public readonly record struct TextRange(TextPosition Start, TextPosition End)
{
    public bool IsEmpty => Start == End;

    /// <summary>Between two places in either order.</summary>
    public static TextRange Between(TextPosition one, TextPosition other) => one <= other ? new(one, other) : new(other, one);

    public bool Contains(TextPosition position) => position >= Start && position < End;
}
