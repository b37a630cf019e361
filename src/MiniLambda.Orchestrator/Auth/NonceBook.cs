using System.Security.Cryptography;
using System.Text;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>
/// Which signed requests came already. It remembers each for as long as its time would let it in again; when it is full it takes no more rather than forget
/// one. What came before this process started it cannot know, so a request that was signed before that is refused.
/// </summary>
internal sealed class NonceBook(TimeProvider clock)
{
    /// <summary>How far a request's time may be from the orchestrator's.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Signed requests within the window, of all tokens.</summary>
    private const int MaxAll = 200_000;

    /// <summary>Of one token, so that one cannot keep the others out.</summary>
    private const int MaxPerToken = 50_000;

    private readonly DateTimeOffset _started = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
    private readonly Lock _lock = new();
    private readonly HashSet<UInt128> _seen = [];
    private readonly PriorityQueue<(UInt128 Nonce, string Token), DateTimeOffset> _ends = new();
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>What is wrong with a request's time; null when nothing is.</summary>
    public Refusal? RefuseTime(DateTimeOffset created)
    {
        var off = clock.GetUtcNow() - created;
        if (off.Duration() > Window)
        {
            return SignedRequests.Refuse(
                "SIGNATURE_STALE", $"the request was signed at {created:u}, which is more than 5 minutes from this orchestrator's time: set the clock");
        }

        return created < _started
            ? SignedRequests.Refuse("SIGNATURE_STALE", $"the request was signed at {created:u}, before this orchestrator started: sign it anew")
            : null;
    }

    /// <summary>Takes a request in once; says why not when it came before, or when too many came.</summary>
    public Refusal? Take(string token, string nonce, DateTimeOffset created)
    {
        var mark = BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes($"{token}\n{nonce}")));
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            while (_ends.TryPeek(out var ended, out var end) && end < now)
            {
                _ends.Dequeue();
                _seen.Remove(ended.Nonce);
                if (--_counts[ended.Token] == 0)
                    _counts.Remove(ended.Token);
            }

            if (_seen.Contains(mark))
                return SignedRequests.Refuse("SIGNATURE_REPLAYED", "this signed request came before: sign each with a nonce of its own");
            if (_seen.Count >= MaxAll || _counts.GetValueOrDefault(token) >= MaxPerToken)
                return SignedRequests.Overflow;
            _seen.Add(mark);
            _counts[token] = _counts.GetValueOrDefault(token) + 1;
            // One second more than its time lets it in: times are whole seconds.
            _ends.Enqueue((mark, token), created + Window + TimeSpan.FromSeconds(1));
            return null;
        }
    }
}
