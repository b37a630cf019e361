using System.Collections.Concurrent;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Tenants;

namespace MiniLambda.Orchestrator.Tenants;

/// <summary>
/// What each tenant has queued, running and stored, and what it may have. Counted in memory, from the store at the start and from every change after;
/// within the moments between a decision and its commit a limit may be passed by what was under way.
/// </summary>
internal sealed class TenantLedger(OrchestratorOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, TenantAccount> _accounts = new(StringComparer.Ordinal);

    /// <summary>Takes over what the store holds.</summary>
    public async Task StartAsync(IJobStore store, CancellationToken cancellationToken)
    {
        foreach (var (tenant, totals) in await store.CountAsync(cancellationToken))
            Account(tenant).Start(totals);
    }

    public double Weight(string tenant) => Account(tenant).Policy.Weight;

    /// <summary>Whether a tenant may have one more job run.</summary>
    public bool MayRun(string tenant) => Account(tenant).MayRun;

    /// <summary>Why a tenant may not submit one more job now; null when it may, and then the submission counts against its rate.</summary>
    public QuotaRefusal? Admit(string tenant, long inputBytes) => Account(tenant).Admit(inputBytes, clock.GetTimestamp(), clock);

    /// <summary>A job is on its way to a worker; <see cref="Settled"/> follows when that is committed or failed.</summary>
    public void Promised(string tenant) => Account(tenant).Promise(+1);

    public void Settled(string tenant) => Account(tenant).Promise(-1);

    /// <summary>A job changed its state; from 0 when it is new.</summary>
    public void Moved(JobRecord job, JobState from) => Account(job.Lane.Tenant).Move(
        from, job.Status.State, from == default ? job.InputSize : job.Status.IsFinal ? job.Status.Report?.Stdout.Size ?? 0 : 0);

    /// <summary>A job is no more.</summary>
    public void Removed(JobRecord job) => Account(job.Lane.Tenant).Remove(job.InputSize + (job.Status.Report?.Stdout.Size ?? 0));

    public TenantUsage Usage(string tenant) => Account(tenant).Usage;

    /// <summary>What a tenant has; one that is not known has nothing, and is not remembered for the question.</summary>
    public TenantTotals Peek(string tenant) => _accounts.TryGetValue(tenant, out var account) ? account.Usage.Totals : default;

    /// <summary>Every tenant that was heard of.</summary>
    public IEnumerable<(string Tenant, TenantUsage Usage)> All => _accounts.Select(static one => (one.Key, one.Value.Usage));

    /// <summary>What all tenants have together.</summary>
    public TenantTotals Totals
    {
        get
        {
            var sum = default(TenantTotals);
            foreach (var account in _accounts.Values)
            {
                var one = account.Usage.Totals;
                sum = new TenantTotals(sum.Queued + one.Queued, sum.Leased + one.Leased, sum.Running + one.Running, sum.StoredBytes + one.StoredBytes);
            }

            return sum;
        }
    }

    private TenantAccount Account(string tenant) =>
        _accounts.GetOrAdd(tenant, static (name, settings) => new TenantAccount(settings.PolicyOf(name)), options);
}

/// <summary>A tenant's numbers beside its limits.</summary>
internal readonly record struct TenantUsage(TenantTotals Totals, TenantPolicy Policy);

/// <summary>A submission that goes past a limit.</summary>
/// <param name="Message">Which, for people.</param>
/// <param name="RetryAfter">When to try again.</param>
internal sealed record QuotaRefusal(string Message, TimeSpan RetryAfter);
