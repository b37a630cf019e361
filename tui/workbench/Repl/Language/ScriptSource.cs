using System.Text;

namespace MiniLambda.Workbench.Repl.Language;

/// <summary>The statements of a script, one after the other, each with the line it begins in.</summary>
/// <param name="name">What the script is called in messages.</param>
internal sealed class ScriptSource(string name, TextReader reader)
{
    /// <summary>Characters of one statement at most: more is no script.</summary>
    public const int MaxLength = 1024 * 1024;

    private readonly StringBuilder _line = new();
    private readonly char[] _buffer = new char[4096];
    private int _next;
    private int _filled;
    private int _lines;

    public string Name => name;

    /// <summary>The next statement; null at the end.</summary>
    /// <exception cref="IOException">The script cannot be read.</exception>
    public async Task<ScriptStatement?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(cancellationToken) is not { } line)
            return null;
        var first = _lines;
        var length = 0;
        var words = new WordReader();
        while (true)
        {
            length += line.Length;
            if (length > MaxLength)
                return new ScriptStatement(first, [], $"a statement of more than {MaxLength} characters", IsFatal: true);
            if (line.Contains('\0', StringComparison.Ordinal))
                return new ScriptStatement(_lines, [], "this is no text", IsFatal: true);
            words.Add(line);
            if (!words.IsOpen)
                return Whole();
            if (await ReadLineAsync(cancellationToken) is { } more)
            {
                line = more;
                continue;
            }

            if (words.Quote != 0)
                return new ScriptStatement(first + words.QuoteLine, [], $"the quote {words.Quote} that opens here is never closed", IsFatal: true);
            // A backslash at the very end continues with nothing, as in a shell.
            words.Add("");
            return Whole();
        }

        ScriptStatement Whole() => words.Problem is { } problem
            ? new ScriptStatement(first + problem.Line, [], problem.Message)
            : new ScriptStatement(first, words.Words);
    }

    /// <summary>A line without its end; null at the end of the script. One that is too long comes in part.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        _line.Clear();
        while (true)
        {
            if (_next == _filled)
            {
                (_next, _filled) = (0, await reader.ReadAsync(_buffer.AsMemory(), cancellationToken));
                if (_filled == 0)
                    return _line.Length > 0 ? Line() : null;
            }

            var rest = _buffer.AsSpan(_next.._filled);
            var end = rest.IndexOf('\n');
            _line.Append(end < 0 ? rest : rest[..end]);
            _next += end < 0 ? rest.Length : end + 1;
            if (end >= 0 || _line.Length > MaxLength)
                return Line();
        }
    }

    private string Line()
    {
        _lines++;
        if (_line.Length > 0 && _line[^1] == '\r')
            _line.Length--;
        return _line.ToString();
    }
}

/// <summary>A statement's words, or what is wrong with it.</summary>
/// <param name="Line">The line it begins in, or the one that is wrong; from 1.</param>
/// <param name="IsFatal">Whether nothing that follows can be understood either.</param>
internal sealed record ScriptStatement(int Line, IReadOnlyList<Word> Words, string Problem = "", bool IsFatal = false);
