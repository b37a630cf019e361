namespace MiniLambda.Orchestrator.Audit;

/// <summary>Denied attempts of one peer that were counted instead of written.</summary>
/// <param name="Peer">Its address without the port, or <see cref="DeniedLimit.Others"/>.</param>
internal sealed record DeniedSummary(string Peer, long Count, DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// Lets a few denied attempts of each peer through in a while, and counts the rest, so that who knocks without end fills no disk and hides nobody else.
/// Bounded, however many peers there are.
/// </summary>
internal sealed class DeniedLimit
{
    /// <summary>Attempts of a peer in one window that are written each by itself.</summary>
    public const int PerWindow = 20;

    /// <summary>Stands for all peers beyond those that are told apart.</summary>
    public const string Others = "others";

    private const int MaxPeers = 1024;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tally> _peers = new(StringComparer.Ordinal);

    /// <summary>Whether this attempt is to be written by itself; else it is counted.</summary>
    public bool Admit(string peer, DateTimeOffset now)
    {
        var address = AddressOf(peer);
        lock (_gate)
        {
            if (!_peers.TryGetValue(address, out var tally))
            {
                if (_peers.Count >= MaxPeers)
                    address = Others;
                if (!_peers.TryGetValue(address, out tally))
                    _peers[address] = tally = new Tally { Since = now };
            }

            if (++tally.Seen <= PerWindow && address != Others)
                return true;
            if (tally.Held++ == 0)
                tally.FirstHeld = now;
            tally.LastHeld = now;
            return false;
        }
    }

    /// <summary>What was counted in windows that are over, or in all; those begin anew.</summary>
    public IReadOnlyList<DeniedSummary> Take(DateTimeOffset now, bool all = false)
    {
        lock (_gate)
        {
            List<DeniedSummary>? taken = null;
            foreach (var (peer, tally) in _peers)
            {
                // A clock that was set back ends the window too.
                if (!all && now - tally.Since < Window && now >= tally.Since)
                    continue;
                _peers.Remove(peer);
                if (tally.Held > 0)
                    (taken ??= []).Add(new DeniedSummary(peer, tally.Held, tally.FirstHeld, tally.LastHeld));
            }

            return taken ?? [];
        }
    }

    // gRPC's peers are "ipv4:127.0.0.1:5000" and "ipv6:[::1]:5000": every connection has a port of its own.
    private static string AddressOf(string peer)
    {
        var colon = peer.LastIndexOf(':');
        return colon > 0 && peer.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 && (peer.IndexOf(':') < colon || peer.Contains('.')) ? peer[..colon] : peer;
    }

    private sealed class Tally
    {
        public DateTimeOffset Since { get; init; }

        public int Seen { get; set; }

        public long Held { get; set; }

        public DateTimeOffset FirstHeld { get; set; }

        public DateTimeOffset LastHeld { get; set; }
    }
}
