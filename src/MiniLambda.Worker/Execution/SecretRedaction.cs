using System.Buffers;
using System.Text;
using MiniLambda.Domain.Secrets;
using MiniLambda.Sandbox;

namespace MiniLambda.Worker.Execution;

/// <summary>
/// Puts <c>[secret NAME]</c> in the place of a secret's value in what a guest logs, also where the value comes in pieces: bytes that may be the beginning
/// of one are held back until it is clear that they are not. All bytes of a value that is found go, also of one that overlaps another. Used by the
/// guest's thread alone.
/// </summary>
/// <remarks>Each value is looked for with the automaton of Knuth, Morris and Pratt, so that no text makes it slow.</remarks>
internal sealed class SecretRedaction : IGuestOutput
{
    private readonly IGuestOutput _inner;
    private readonly Pattern[] _patterns;
    private readonly SearchValues<byte> _firsts;
    private readonly long _limit;
    private readonly Action _cut;

    // Bytes that are not passed on yet, and for each the pattern that covers it: 0 = none, negative = it begins there.
    private readonly List<byte> _held = [];
    private readonly List<int> _covers = [];
    private int _lastCover;
    private long _passed;

    private SecretRedaction(IGuestOutput inner, Pattern[] patterns, long limit, Action cut)
    {
        (_inner, _patterns, _limit, _cut) = (inner, patterns, limit, cut);
        _firsts = SearchValues.Create([.. patterns.Select(static pattern => pattern.Bytes[0]).Distinct()]);
    }

    /// <summary>The output itself when there is nothing to look for in it.</summary>
    /// <param name="secrets">Values by the names that are shown instead; those that are too short to be told from other text are left out.</param>
    /// <param name="limit">Bytes that are passed on at most: a name may be longer than its value.</param>
    /// <param name="cut">Called when more came.</param>
    public static IGuestOutput Over(IGuestOutput inner, IEnumerable<KeyValuePair<string, string>> secrets, long limit, Action cut)
    {
        var patterns = secrets.Where(static secret => secret.Value.Length >= SecretRules.MinRedacted)
            .DistinctBy(static secret => secret.Value).Select(static secret => new Pattern(secret.Key, Encoding.UTF8.GetBytes(secret.Value))).ToArray();
        return patterns.Length == 0 ? inner : new SecretRedaction(inner, patterns, limit, cut);
    }

    public void Started() => _inner.Started();

    public void Stdout(ReadOnlySpan<byte> data) => _inner.Stdout(data);

    public void Stderr(ReadOnlySpan<byte> data)
    {
        if (_held.Count == 0 && data.IndexOfAny(_firsts) < 0)
        {
            Pass(data);
            _lastCover = 0;
            return;
        }

        foreach (var next in data)
            Take(next);
        Release(_held.Count - _patterns.Max(static pattern => pattern.Pending));
    }

    /// <summary>Passes on what is held back: nothing more comes.</summary>
    public static void End(IGuestOutput output)
    {
        if (output is SecretRedaction redaction)
            redaction.Release(redaction._held.Count);
    }

    private void Take(byte next)
    {
        _held.Add(next);
        _covers.Add(0);
        for (var i = 0; i < _patterns.Length; i++)
        {
            if (!_patterns[i].Advance(next))
                continue;
            Cover(i + 1, _held.Count - _patterns[i].Bytes.Length);
        }
    }

    // Of two that overlap, the one that was found first keeps its bytes. What begins in the open is shown anew.
    private void Cover(int cover, int start)
    {
        for (var at = _held.Count - 1; at >= Math.Max(0, start); at--)
        {
            // From here on back another occurrence of the same value covers all.
            if (Math.Abs(_covers[at]) == cover)
                return;
            if (_covers[at] == 0)
                _covers[at] = at == start ? -cover : cover;
        }
    }

    private void Release(int count)
    {
        if (count <= 0)
            return;
        var output = new ArrayBufferWriter<byte>(count);
        for (var i = 0; i < count; i++)
        {
            var cover = _covers[i];
            if (cover == 0)
                output.Write([_held[i]]);
            else if (cover < 0 || cover != _lastCover)
                output.Write(_patterns[Math.Abs(cover) - 1].Shown);
            _lastCover = Math.Abs(cover);
        }

        _held.RemoveRange(0, count);
        _covers.RemoveRange(0, count);
        Pass(output.WrittenSpan);
    }

    private void Pass(ReadOnlySpan<byte> data)
    {
        var room = Math.Max(0, _limit - _passed);
        if (data.Length > room)
        {
            data = data[..(int)room];
            _cut();
        }

        _passed += data.Length;
        if (!data.IsEmpty)
            _inner.Stderr(data);
    }

    /// <summary>A value that is looked for, and how much of it the newest bytes are.</summary>
    private sealed class Pattern
    {
        private readonly int[] _fallback;

        public Pattern(string name, byte[] bytes)
        {
            Bytes = bytes;
            Shown = Encoding.UTF8.GetBytes($"[secret {name}]");
            _fallback = new int[bytes.Length + 1];
            for (var (i, k) = (1, 0); i < bytes.Length; i++)
            {
                while (k > 0 && bytes[i] != bytes[k])
                    k = _fallback[k];
                if (bytes[i] == bytes[k])
                    k++;
                _fallback[i + 1] = k;
            }
        }

        public byte[] Bytes { get; }

        public byte[] Shown { get; }

        private int Matched { get; set; }

        /// <summary>Bytes at the end that may be the beginning of the value, or of its next occurrence.</summary>
        public int Pending => Matched == Bytes.Length ? _fallback[Matched] : Matched;

        /// <summary>Whether the value ends with this byte.</summary>
        public bool Advance(byte next)
        {
            while (Matched > 0 && (Matched == Bytes.Length || Bytes[Matched] != next))
                Matched = _fallback[Matched];
            if (Bytes[Matched] == next)
                Matched++;
            return Matched == Bytes.Length;
        }
    }
}
