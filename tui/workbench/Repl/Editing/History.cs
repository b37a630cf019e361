namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>What was typed before, the newest last.</summary>
internal sealed class History(IEnumerable<string> lines)
{
    /// <summary>Lines that are kept at most.</summary>
    public const int MaxLines = 10_000;

    private readonly List<string> _lines = [.. lines.TakeLast(MaxLines)];

    public int Count => _lines.Count;

    public string this[int index] => _lines[index];

    /// <summary>Adds a line; false when it is the one that was typed last.</summary>
    public bool Add(string line)
    {
        if (line.Length == 0 || (_lines.Count > 0 && _lines[^1] == line))
            return false;
        if (_lines.Count == MaxLines)
            _lines.RemoveAt(0);
        _lines.Add(line);
        return true;
    }

    /// <summary>The newest line at or before an index that holds a text; null when there is none.</summary>
    public int? FindContaining(string text, int from)
    {
        for (var i = Math.Min(from, _lines.Count - 1); i >= 0; i--)
        {
            if (_lines[i].Contains(text, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return null;
    }

    /// <summary>How the newest line goes on that begins with a text and is longer; empty when there is none.</summary>
    public string Hint(string text)
    {
        if (text.Length == 0)
            return "";
        for (var i = _lines.Count - 1; i >= 0; i--)
        {
            if (_lines[i].Length > text.Length && _lines[i].StartsWith(text, StringComparison.Ordinal))
                return _lines[i][text.Length..];
        }

        return "";
    }
}
