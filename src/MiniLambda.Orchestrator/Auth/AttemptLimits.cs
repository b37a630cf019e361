using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>
/// Slows down whoever tries out credentials, by the address that they come from: after some that were wrong it has to wait, each time twice as long. Other
/// addresses notice nothing of it.
/// </summary>
internal sealed class AttemptLimits(TimeProvider clock, OrchestratorOptions options)
{
    /// <summary>Addresses that are remembered; of more, those that were longest silent are forgotten.</summary>
    private const int MaxAddresses = 4096;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Without another wrong one for so long, all is forgotten.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<IPAddress, Attempts> _wrong = new();

    /// <summary>Addresses that are remembered now.</summary>
    public int Count => _wrong.Count;

    /// <summary>How long an address has to wait before it is listened to again; null when it need not.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        // For nearly everybody nearly always.
        if (_wrong.IsEmpty)
            return null;
        return _wrong.TryGetValue(Source(address), out var attempts) && attempts.Until - clock.GetUtcNow() is { Ticks: > 0 } wait ? wait : null;
    }

    /// <summary>An address came with something wrong.</summary>
    public void NoteWrong(IPAddress address)
    {
        var now = clock.GetUtcNow();
        _wrong.AddOrUpdate(
            Source(address), static (_, now) => new Attempts(1, now, now),
            (_, before, now) =>
            {
                var count = now - before.Last > Memory ? 1 : before.Count + 1;
                return new Attempts(count, now, now + WaitAfter(count));
            },
            now);
        if (_wrong.Count > MaxAddresses)
            Forget(now);
    }

    private TimeSpan WaitAfter(int count) => count < options.FreeAttempts
        ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(FirstWait.Ticks << Math.Min(count - options.FreeAttempts, 10), LongestWait.Ticks));

    /// <summary>Whom an address belongs to: of IPv6 a customer has a whole /64.</summary>
    public static IPAddress Source(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    // A quarter at once, so that this is rare however many addresses come.
    private void Forget(DateTimeOffset now)
    {
        foreach (var (address, attempts) in _wrong.OrderBy(a => a.Value.Last).Take(MaxAddresses / 4))
            _wrong.TryRemove(new KeyValuePair<IPAddress, Attempts>(address, attempts));
        foreach (var (address, attempts) in _wrong.Where(a => now - a.Value.Last > Memory))
            _wrong.TryRemove(new KeyValuePair<IPAddress, Attempts>(address, attempts));
    }

    private readonly record struct Attempts(int Count, DateTimeOffset Last, DateTimeOffset Until);
}
