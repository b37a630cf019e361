using System.Net;
using System.Net.Sockets;

namespace MiniLambda.Orchestrator.Enrolment;

/// <summary>Makes who failed often wait, longer each time: by address, for IPv6 by network of 64 bits.</summary>
internal sealed class AttemptLimit(TimeProvider clock)
{
    private const int Free = 5;
    private const int MaxAddresses = 10_000;
    private const int AddressBytes = 8;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Failures, DateTimeOffset Last)> _addresses = new(StringComparer.Ordinal);

    /// <summary>How long an address has yet to wait; null when it may try now.</summary>
    public TimeSpan? Wait(IPAddress? address)
    {
        lock (_gate)
        {
            if (!_addresses.TryGetValue(Key(address), out var known) || known.Failures < Free)
                return null;
            var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, known.Failures - Free), LongestWait.TotalSeconds));
            var left = known.Last + wait - clock.GetUtcNow();
            return left > TimeSpan.Zero ? left : null;
        }
    }

    public void Failed(IPAddress? address)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var key = Key(address);
            if (_addresses.Count >= MaxAddresses && !_addresses.ContainsKey(key))
                Forget_NeedsLock(now);
            var before = _addresses.TryGetValue(key, out var known) && now - known.Last < ForgetAfter ? known.Failures : 0;
            _addresses[key] = (Math.Min(before + 1, 64), now);
        }
    }

    public void Succeeded(IPAddress? address)
    {
        lock (_gate)
            _addresses.Remove(Key(address));
    }

    private void Forget_NeedsLock(DateTimeOffset now)
    {
        foreach (var old in _addresses.Where(a => now - a.Value.Last >= ForgetAfter).Select(a => a.Key).ToList())
            _addresses.Remove(old);
        // So many at once are no people: the longest silent give way.
        foreach (var old in _addresses.OrderBy(a => a.Value.Last).Take(Math.Max(0, _addresses.Count - (MaxAddresses / 2))).Select(a => a.Key).ToList())
            _addresses.Remove(old);
    }

    private static string Key(IPAddress? address)
    {
        if (address is null)
            return "";
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes()[..AddressBytes]) : plain.ToString();
    }
}
