using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Tenants;

namespace MiniLambda.Orchestrator.Tenants;

/// <summary>One tenant's counts. Safe to use from many threads.</summary>
internal sealed class TenantAccount(TenantPolicy policy)
{
    /// <summary>When to look again whether jobs ended or were removed; nobody knows.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long _queued;
    private long _leased;
    private long _running;
    private long _promised;
    private long _storedBytes;

    // Submissions that may come at once: a bucket that fills at the allowed rate and holds one second's worth.
    private double _tokens = Math.Max(1, policy.SubmissionsPerSecond);
    private long _filledAt;

    public TenantPolicy Policy => policy;

    public TenantUsage Usage
    {
        get
        {
            lock (_gate)
                return new TenantUsage(new TenantTotals(_queued, _leased, _running, _storedBytes), policy);
        }
    }

    public bool MayRun
    {
        get
        {
            lock (_gate)
                return policy.Running == 0 || _leased + _running + _promised < policy.Running;
        }
    }

    public void Start(TenantTotals totals)
    {
        lock (_gate)
            (_queued, _leased, _running, _storedBytes) = (totals.Queued, totals.Leased, totals.Running, totals.StoredBytes);
    }

    public void Promise(int change)
    {
        lock (_gate)
            _promised += change;
    }

    public void Move(JobState from, JobState to, long storedBytes)
    {
        lock (_gate)
        {
            Count_NeedsLock(from, -1);
            Count_NeedsLock(to, +1);
            _storedBytes += storedBytes;
        }
    }

    public void Remove(long storedBytes)
    {
        lock (_gate)
            _storedBytes -= storedBytes;
    }

    public QuotaRefusal? Admit(long inputBytes, long now, TimeProvider clock)
    {
        lock (_gate)
        {
            if (policy.Queued > 0 && _queued >= policy.Queued)
                return new QuotaRefusal($"{_queued} of {policy.Queued} jobs are queued", AskAgain);
            if (policy.StoredBytes > 0 && _storedBytes + inputBytes > policy.StoredBytes)
            {
                return new QuotaRefusal(
                    $"{ByteSize.Format(_storedBytes)} of {ByteSize.Format(policy.StoredBytes)} of inputs and results are stored, and the input has {ByteSize.Format(inputBytes)}",
                    AskAgain);
            }

            if (policy.SubmissionsPerSecond == 0)
                return null;
            var burst = Math.Max(1, policy.SubmissionsPerSecond);
            _tokens = Math.Min(burst, _tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * policy.SubmissionsPerSecond));
            _filledAt = now;
            if (_tokens < 1)
            {
                return new QuotaRefusal(
                    $"{policy.SubmissionsPerSecond} jobs per second may be submitted", TimeSpan.FromSeconds((1 - _tokens) / policy.SubmissionsPerSecond));
            }

            _tokens--;
            return null;
        }
    }

    private void Count_NeedsLock(JobState state, int change)
    {
        switch (state)
        {
            case JobState.Queued:
                _queued += change;
                break;
            case JobState.Leased:
                _leased += change;
                break;
            case JobState.Running:
                _running += change;
                break;
        }
    }
}
