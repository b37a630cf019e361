using System.Text;

namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>
/// Makes keys of what a terminal sends: characters, control characters, and the escape sequences of ECMA-48 as xterm, and all that follow it, use them
/// ("XTerm Control Sequences": PC-style function keys, bracketed paste).
/// </summary>
internal sealed class KeyDecoder
{
    /// <summary>Characters of a paste that are taken; the rest is dropped.</summary>
    public const int MaxPaste = 1024 * 1024;

    private const char Escape = '\u001b';
    private const string PasteEnd = "\u001b[201~";

    private readonly StringBuilder _pending = new();
    private StringBuilder? _paste;
    private bool _endsWithReturn;

    /// <summary>Whether an escape was read that may be the key, or the beginning of a sequence: only time tells.</summary>
    public bool IsUndecided => _pending.Length > 0 && _paste is null;

    /// <summary>Decodes what has arrived.</summary>
    public IEnumerable<Key> Decode(string input)
    {
        var keys = new List<Key>();
        foreach (var c in input)
            Take(c, keys);
        return keys;
    }

    /// <summary>Nothing followed: what is undecided is what it looks like.</summary>
    public IEnumerable<Key> Settle()
    {
        if (!IsUndecided)
            return [];
        var rest = _pending.ToString();
        _pending.Clear();
        return rest.Length == 1 ? [new Key(rest[0] == Escape ? KeyKind.Escape : KeyKind.Other)] : [rest.Length == 2 ? AfterEscape(rest[1]) : new Key(KeyKind.Other)];
    }

    private void Take(char c, List<Key> keys)
    {
        if (_paste is not null)
        {
            TakePasted(c, keys);
            return;
        }

        if (_pending.Length == 0)
        {
            if (c == Escape || char.IsHighSurrogate(c))
                _pending.Append(c);
            else
                keys.Add(Plain(c));
            return;
        }

        _pending.Append(c);
        if (char.IsHighSurrogate(_pending[0]))
        {
            keys.Add(Key.Of(_pending.ToString()));
            _pending.Clear();
        }
        else if (_pending.Length == 2)
        {
            // A second escape begins anew.
            if (c == Escape)
                (keys, _pending.Length) = (Added(keys, new Key(KeyKind.Escape)), 1);
            else if (c is not ('[' or 'O'))
                End(keys, AfterEscape(c));
        }
        else if (c is >= '@' and <= '~')
        {
            var sequence = _pending.ToString(1, _pending.Length - 1);
            if (sequence == "[200~")
                _paste = new StringBuilder();
            End(keys, _paste is null ? Sequence(sequence) : null);
        }
        else if (_pending.Length > 32 || c < ' ')
        {
            // No key sends this.
            End(keys, new Key(KeyKind.Other));
        }
    }

    private static List<Key> Added(List<Key> keys, Key key)
    {
        keys.Add(key);
        return keys;
    }

    private void End(List<Key> keys, Key? key)
    {
        _pending.Clear();
        if (key is { } found)
            keys.Add(found);
    }

    private void TakePasted(char c, List<Key> keys)
    {
        _pending.Append(c);
        if (PasteEnd.StartsWith(_pending.ToString(), StringComparison.Ordinal))
        {
            if (_pending.Length < PasteEnd.Length)
                return;
            keys.Add(new Key(KeyKind.Paste, _paste!.ToString()));
            (_paste, _endsWithReturn) = (null, false);
            _pending.Clear();
            return;
        }

        foreach (var pasted in _pending.ToString())
            Keep(pasted);
        _pending.Clear();
    }

    // Line ends come as \r, \n or both; what could steer the terminal is not kept.
    private void Keep(char c)
    {
        var isSecondHalf = c == '\n' && _endsWithReturn;
        _endsWithReturn = c == '\r';
        if (!isSecondHalf && _paste!.Length < MaxPaste && (!char.IsControl(c) || c is '\r' or '\n' or '\t'))
            _paste.Append(c == '\r' ? '\n' : c);
    }

    private static Key Plain(char c) => c switch
    {
        '\r' or '\n' => new Key(KeyKind.Enter),
        '\t' => new Key(KeyKind.Tab),
        '\u007f' or '\b' => new Key(KeyKind.Backspace),
        >= '\u0001' and <= '\u001a' => Key.Ctrl((char)(c - 1 + 'a')),
        '\u001f' => Key.Ctrl('_'),
        < ' ' => new Key(KeyKind.Other),
        _ => Key.Of($"{c}"),
    };

    private static Key AfterEscape(char c) => c switch
    {
        '\u007f' or '\b' => new Key(KeyKind.Alt, "\b"),
        '\r' or '\n' => new Key(KeyKind.Alt, "\n"),
        < ' ' => new Key(KeyKind.Other),
        _ => Key.Alt(char.ToLowerInvariant(c)),
    };

    private static Key Sequence(string sequence) => new(sequence switch
    {
        "[A" or "OA" => KeyKind.Up,
        "[B" or "OB" => KeyKind.Down,
        "[C" or "OC" => KeyKind.Right,
        "[D" or "OD" => KeyKind.Left,
        "[H" or "OH" or "[1~" or "[7~" => KeyKind.Home,
        "[F" or "OF" or "[4~" or "[8~" => KeyKind.End,
        "[3~" => KeyKind.Delete,
        "[Z" => KeyKind.BackTab,
        "[1;5C" or "[1;3C" or "[5C" or "Oc" => KeyKind.WordRight,
        "[1;5D" or "[1;3D" or "[5D" or "Od" => KeyKind.WordLeft,
        _ => KeyKind.Other,
    });
}
