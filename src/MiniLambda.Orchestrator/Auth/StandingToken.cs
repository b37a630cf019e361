using System.Net;
using MiniLambda.Domain.Access;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>A token in memory: all that a call needs to know of it.</summary>
internal sealed class StandingToken : IDisposable
{
    /// <summary>Addresses that it was seen from; of more, the longest known is forgotten.</summary>
    private const int MaxAddresses = 64;

    // A timer cannot wait for longer than 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _ended = new();
    private readonly TimeProvider _clock;
    private readonly ITimer? _expiry;
    private readonly Lock _lock = new();
    private readonly Queue<IPAddress> _addresses = new();
    private volatile IPAddress? _lastAddress;
    private volatile TokenRecord _record;
    private long _usedMinute;
    private long _storedMinute;

    /// <param name="isOfFile">Whether it stands in a file of the orchestrator's, so that only who may write there can end it.</param>
    public StandingToken(TokenRecord record, ReadOnlyMemory<byte> verifier, bool isOfFile, TimeProvider clock)
    {
        (_record, Verifier, IsOfFile, _clock) = (record, verifier, isOfFile, clock);
        _usedMinute = _storedMinute = record.LastUsedAt is { } used ? Minute(used) : 0;
        Caller = Caller.OfToken(record.Id, record.Role, record.Tenant) with
        {
            Functions = record.Functions,
            Ended = _ended.Token,
            WhyEnded = () => Ending(_clock.GetUtcNow()) ?? Refusal.TokenRevoked,
        };
        if (record.RevokedAt is not null)
        {
            _ended.Cancel();
        }
        else if (record.ExpiresAt is not null)
        {
            _expiry = clock.CreateTimer(_ => WaitForExpiry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            WaitForExpiry();
        }
    }

    /// <summary>A secret: requests are signed with it.</summary>
    public ReadOnlyMemory<byte> Verifier { get; }

    public bool IsOfFile { get; }

    public Caller Caller { get; }

    /// <summary>With the minute that it was last used in.</summary>
    public TokenRecord Record => Interlocked.Read(ref _usedMinute) is var minute and > 0
        ? _record with { LastUsedAt = DateTimeOffset.FromUnixTimeSeconds(60 * minute) }
        : _record;

    /// <summary>Why it is good no more; null while it is.</summary>
    public Refusal? Ending(DateTimeOffset now)
    {
        var record = _record;
        return record.RevokedAt is not null ? Refusal.TokenRevoked : record.ExpiresAt <= now ? Refusal.TokenExpired : null;
    }

    /// <summary>From now on it is refused, and what it opened ends.</summary>
    public void Revoke(DateTimeOffset at)
    {
        if (_record.RevokedAt is null)
            _record = _record with { RevokedAt = at };
        _ended.Cancel();
    }

    /// <summary>Whether it was seen from an address.</summary>
    public bool IsKnownFrom(IPAddress address)
    {
        if (address.Equals(_lastAddress))
            return true;
        lock (_lock)
            return _addresses.Contains(address);
    }

    /// <summary>It is used. Says whether it was never seen from this address before.</summary>
    public bool NoteUse(IPAddress address, DateTimeOffset now)
    {
        var minute = Minute(now);
        if (Volatile.Read(ref _usedMinute) != minute)
            Volatile.Write(ref _usedMinute, minute);
        if (address.Equals(_lastAddress))
            return false;
        lock (_lock)
        {
            var isNew = !_addresses.Contains(address);
            if (isNew)
            {
                if (_addresses.Count == MaxAddresses)
                    _addresses.Dequeue();
                _addresses.Enqueue(address);
            }

            _lastAddress = address;
            return isNew;
        }
    }

    /// <summary>The use that is not stored yet; null when it is.</summary>
    public TokenUse? TakeUse()
    {
        var minute = Volatile.Read(ref _usedMinute);
        if (IsOfFile || Interlocked.Exchange(ref _storedMinute, minute) == minute)
            return null;
        return new TokenUse(_record.Id, DateTimeOffset.FromUnixTimeSeconds(60 * minute));
    }

    /// <summary>A use that was taken could not be stored.</summary>
    public void GiveBackUse() => Volatile.Write(ref _storedMinute, 0);

    public void Dispose() => _expiry?.Dispose();

    private void WaitForExpiry()
    {
        var left = _record.ExpiresAt!.Value - _clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
            _ended.Cancel();
        else
            _expiry?.Change(left < LongestWait ? left : LongestWait, Timeout.InfiniteTimeSpan);
    }

    private static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;
}
