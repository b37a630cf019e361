using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Tenants;

namespace MiniLambda.Orchestrator.Throughput;

/// <summary>How much goes on, as far as it is a caller's: its tenant's jobs; how fast the cluster is only for who is over all tenants.</summary>
internal sealed class ClusterActivity(TenantLedger tenants, ThroughputMeter meter)
{
    public (TenantTotals Totals, ThroughputView? Throughput) Of(Caller caller) => (
        caller.View is { } tenant ? tenants.Peek(tenant) : tenants.Totals,
        caller.Scope is null ? meter.View() : null);
}
