using System.Text;

namespace MiniLambda.Workbench.Repl.Language;

/// <summary>
/// Reads the lines of one statement into words, by the rules of the POSIX shell (XCU 2.2, Quoting) as far as they go without running anything: both
/// quotes, backslashes, comments, <c>$NAME</c> and <c>~</c>. What a shell would take for more than a word is a problem, not a text: a line means the
/// same in both, or nothing here.
/// </summary>
internal sealed class WordReader
{
    private const string Operators = "|&;<>()`*?[{";
    private const string EscapedInQuotes = "\"\\$`";

    private readonly List<Word> _words = [];
    private readonly List<WordPart> _parts = [];
    private readonly StringBuilder _text = new();
    private bool _isTextQuoted;
    private bool _isInWord;
    private bool _isContinued;
    private int _start;
    private int _offset;
    private int _line;
    private char _quote;

    /// <summary>The words that are whole.</summary>
    public IReadOnlyList<Word> Words => _words;

    /// <summary>Whether the statement goes on with the next line: a quote is open, or a backslash ends the line.</summary>
    public bool IsOpen => _quote != 0 || _isContinued;

    /// <summary>The quote that is open; 0 when none is.</summary>
    public char Quote => _quote;

    /// <summary>The line, from 0, in which the open quote began.</summary>
    public int QuoteLine { get; private set; }

    /// <summary>The first thing that is wrong, and its line, from 0.</summary>
    public (string Message, int Line)? Problem { get; private set; }

    /// <summary>Reads a whole text.</summary>
    public static WordReader Read(string text)
    {
        var reader = new WordReader();
        foreach (var line in text.Split('\n'))
            reader.Add(line);
        return reader;
    }

    /// <summary>Reads the next line, which bears no line end.</summary>
    public void Add(string line)
    {
        if (_line > 0)
            _offset++;
        if (_quote != 0 && !_isContinued)
            Append('\n', isQuoted: true);
        _isContinued = false;
        for (var i = 0; i < line.Length; i++)
            i = _quote switch
            {
                '\'' => InSingleQuotes(line, i),
                '"' => InDoubleQuotes(line, i),
                _ => Outside(line, i),
            };
        _offset += line.Length;
        _line++;
        if (_quote == 0 && !_isContinued)
            EndWord(_offset);
    }

    /// <summary>The word that is still open at the end of what was read; null when there is none.</summary>
    public Word? Unfinished()
    {
        if (!_isInWord)
            return null;
        var parts = _parts.ToList();
        if (_text.Length > 0)
            parts.Add(new WordPart(_text.ToString(), false, _isTextQuoted));
        return new Word(parts, _start, _offset);
    }

    private int InSingleQuotes(string line, int i)
    {
        if (line[i] == '\'')
            _quote = '\0';
        else
            Append(line[i], isQuoted: true);
        return i;
    }

    private int InDoubleQuotes(string line, int i)
    {
        switch (line[i])
        {
            case '"':
                _quote = '\0';
                return i;
            case '\\' when i + 1 == line.Length:
                _isContinued = true;
                return i;
            case '\\' when EscapedInQuotes.Contains(line[i + 1], StringComparison.Ordinal):
                Append(line[i + 1], isQuoted: true);
                return i + 1;
            case '$':
                return Variable(line, i, isQuoted: true);
            case '`':
                return Fail(i, "'`' runs a command in the shell, and not here; write it as \\`");
            default:
                Append(line[i], isQuoted: true);
                return i;
        }
    }

    private int Outside(string line, int i)
    {
        var c = line[i];
        switch (c)
        {
            case ' ' or '\t':
                EndWord(_offset + i);
                return i;
            case '#' when !_isInWord:
                return line.Length;
            case '\\' when i + 1 == line.Length:
                _isContinued = true;
                return i;
            case '\\':
                Begin(i);
                Append(line[i + 1], isQuoted: true);
                return i + 1;
            case '\'' or '"':
                Begin(i);
                // An empty text is a word too.
                EndText();
                _parts.Add(new WordPart("", false, true));
                (_quote, QuoteLine) = (c, _line);
                return i;
            case '$':
                Begin(i);
                return Variable(line, i, isQuoted: false);
            case '~' when !_isInWord && (i + 1 == line.Length || line[i + 1] is '/' or ' ' or '\t'):
                Begin(i);
                _parts.Add(new WordPart("HOME", true, true));
                return i;
            case var _ when Operators.Contains(c, StringComparison.Ordinal):
                return Fail(i, $"'{c}' would mean something to the shell, and means nothing here; quote it if it is part of a word");
            default:
                Begin(i);
                Append(c, isQuoted: false);
                return i;
        }
    }

    private int Variable(string line, int i, bool isQuoted)
    {
        var next = i + 1 < line.Length ? line[i + 1] : ' ';
        if (next == '{')
        {
            var end = line.IndexOf('}', i);
            var name = end < 0 ? "" : line[(i + 2)..end];
            if (name != "?" && !Variables.IsName(name))
                return Fail(i + 1, "'${' takes the name of a variable and '}'");
            AddVariable(name, isQuoted);
            return end;
        }

        if (next == '?')
        {
            AddVariable("?", isQuoted);
            return i + 1;
        }

        if (char.IsAsciiLetter(next) || next == '_')
        {
            var end = i + 2;
            while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] == '_'))
                end++;
            AddVariable(line[(i + 1)..end], isQuoted);
            return end - 1;
        }

        if (next == '(')
            return Fail(i + 1, "'$(' runs a command in the shell, and not here; write let NAME = COMMAND, and then $NAME");
        if (char.IsAsciiDigit(next) || "$!@*#-".Contains(next, StringComparison.Ordinal) || (!isQuoted && next is '\'' or '"'))
            return Fail(next is '\'' or '"' ? i : i + 1, $"'${next}' means something to the shell, and nothing here; write the dollar as \\$");
        Append('$', isQuoted);
        return i;
    }

    private void Begin(int i)
    {
        if (_isInWord)
            return;
        (_isInWord, _start) = (true, _offset + i);
    }

    private void Append(char c, bool isQuoted)
    {
        if (_text.Length > 0 && _isTextQuoted != isQuoted)
            EndText();
        _isTextQuoted = isQuoted;
        _text.Append(c);
    }

    private void AddVariable(string name, bool isQuoted)
    {
        EndText();
        _parts.Add(new WordPart(name, true, isQuoted));
    }

    private void EndText()
    {
        if (_text.Length > 0)
            _parts.Add(new WordPart(_text.ToString(), false, _isTextQuoted));
        _text.Clear();
    }

    private void EndWord(int end)
    {
        if (!_isInWord)
            return;
        EndText();
        _words.Add(new Word([.. _parts], _start, end));
        _parts.Clear();
        _isInWord = false;
    }

    /// <summary>Notes what is wrong, and goes on: where the statement ends is to be known all the same.</summary>
    private int Fail(int i, string message)
    {
        Problem ??= (message, _line);
        return i;
    }
}
