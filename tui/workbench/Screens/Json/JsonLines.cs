using System.Text;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Json;

/// <summary>
/// JSON with a line for each value, indented by depth. It may end anywhere, or be wrong: all that stands there is kept but the space between.
/// </summary>
internal sealed class JsonLines : IPayloadLines
{
    private const int Indent = 2;

    // Deeper ones are shown no deeper: there would be nothing but space on the screen.
    private const int MaxIndent = 20 * Indent;
    private const int MaxLineLength = 4096;

    private readonly StringBuilder _written = new();
    private readonly string _text;
    private readonly List<Line> _lines = [];
    private Line _line;
    private int _depth;

    public JsonLines(ReadOnlySpan<byte> bytes)
    {
        var source = Encoding.UTF8.GetString(bytes);
        for (var at = 0; at < source.Length; at++)
            at = Take(source, at);
        Break();
        _text = _written.ToString();
    }

    public int Count => _lines.Count;

    public string this[int line] => string.Concat(new string(' ', _lines[line].Indent), _text.AsSpan(_lines[line].Start, _lines[line].Length));

    public bool IsContinuation(int line) => _lines[line].IsContinuation;

    public void Colour(int line, string text, Span<ThemeRole> roles)
    {
        var at = _lines[line].Indent;
        if (_lines[line].StartsInString)
            roles[..(at = EndOfString(text, at))].Fill(ThemeRole.Text);
        while (at < text.Length)
        {
            var start = at;
            if (text[at] == '"')
            {
                at = EndOfString(text, at + 1);
                roles[start..at].Fill(at < text.Length && text[at] == ':' ? ThemeRole.Name : ThemeRole.Text);
            }
            else if (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '-')
            {
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '+' or '.'))
                    at++;
                roles[start..at].Fill(text.AsSpan(start, at - start) is "true" or "false" or "null" ? ThemeRole.Constant : ThemeRole.Number);
            }
            else
            {
                at++;
            }
        }
    }

    /// <summary>Writes what begins at a place; returns its last one.</summary>
    private int Take(string source, int at)
    {
        switch (source[at])
        {
            case ' ' or '\t' or '\r' or '\n':
                // Within lists and objects, commas do it; outside of them, space parts one document from the next.
                if (_depth == 0)
                    Break();
                return at;
            case '"':
                return TakeString(source, at);
            case '{' or '[':
                Write(source[at]);
                _depth++;
                if (Next(source, at) is not ('}' or ']'))
                    Break();
                return at;
            case '}' or ']':
                _depth = Math.Max(0, _depth - 1);
                if (_line.Length > 0 && _written[^1] is not ('{' or '['))
                    Break();
                Write(source[at]);
                return at;
            case ',':
                Write(',');
                Break();
                return at;
            case ':':
                Write(':');
                Write(' ');
                return at;
            default:
                Write(source[at]);
                return at;
        }
    }

    private int TakeString(string source, int at)
    {
        Write('"');
        for (at++; at < source.Length; at++)
        {
            Write(source[at], isInString: source[at] != '"');
            if (source[at] == '"')
                return at;
            if (source[at] == '\\' && at + 1 < source.Length)
                Write(source[++at], isInString: true);
        }

        return at;
    }

    private void Write(char c, bool isInString = false)
    {
        if (_line.Length == 0)
            _line = _line with { Start = _written.Length, Indent = _line.IsContinuation ? 0 : Math.Min(MaxIndent, _depth * Indent) };
        _written.Append(c);
        _line = _line with { Length = _line.Length + 1 };
        if (_line.Length < MaxLineLength || char.IsHighSurrogate(c))
            return;
        Break();
        _line = new Line { IsContinuation = true, StartsInString = isInString };
    }

    private void Break()
    {
        if (_line.Length > 0)
            _lines.Add(_line);
        _line = default;
    }

    private static char Next(string source, int at)
    {
        for (at++; at < source.Length; at++)
        {
            if (source[at] is not (' ' or '\t' or '\r' or '\n'))
                return source[at];
        }

        return '\0';
    }

    private static int EndOfString(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '"')
                return at + 1;
        }

        return text.Length;
    }

    /// <param name="Start">Of what is written, without the space before it.</param>
    private readonly record struct Line(int Start, int Length, int Indent, bool IsContinuation, bool StartsInString);
}
