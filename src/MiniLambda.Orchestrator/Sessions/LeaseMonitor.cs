using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Tenants;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>
/// Takes over the leases of before a restart, then looks twice per heartbeat for workers that fell silent: at first they take no new leases, later
/// their streams are cut, and the leases of those that stay away are given to others.
/// </summary>
internal sealed partial class LeaseMonitor(
    IJobStore store, FunctionCatalog functions, Fleet fleet, AttemptLedger ledger, FleetAdministration administration, JobDispatcher dispatcher,
    TenantLedger tenants, OrchestratorOptions options, TimeProvider clock, ILogger<LeaseMonitor> logger) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var leases = await store.ListLeasesAsync(cancellationToken);
        var restored = new List<(HeldLease Lease, BlobDigest Module, int Slots, long MemoryBytes)>();
        foreach (var lease in leases)
        {
            var function = await functions.GetForJobAsync(lease.Tenant, lease.Function, lease.Version, cancellationToken);
            var manifest = functions.ManifestOf(function, JobOverrides.None);
            restored.Add((lease, function.Module, manifest.Slots, manifest.Limits.MemoryBytes));
        }

        fleet.Restore(restored);
        if (leases.Count > 0)
            LogRestored(leases.Count);
        await tenants.StartAsync(store, cancellationToken);
        await administration.RestoreAsync(cancellationToken);
        await dispatcher.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.HeartbeatInterval / 2, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogSweepFailed(e);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var suspects = fleet.Suspect(NodeHealthRules.SuspectAfter(options.HeartbeatInterval));
        foreach (var worker in suspects)
            LogSuspect(worker);
        if (suspects.Count > 0)
            dispatcher.WorkerLeft();
        var (silent, expired) = fleet.FindOverdue(options.LeaseDuration);
        foreach (var session in silent)
            session.Abort("it was not heard of in time");
        await administration.TendAsync(cancellationToken);
        await Task.WhenAll(expired.Select(e => ledger.LostAsync(e.Worker, e.Lease, "was not heard of in time", cancellationToken)));
    }

    [LoggerMessage(1401, LogLevel.Information, "{Count} leases stood at the last stop; their workers have one lease duration to come back")]
    private partial void LogRestored(int count);

    [LoggerMessage(1403, LogLevel.Warning, "worker {Worker} missed two heartbeats: it gets no new jobs until it is heard again")]
    private partial void LogSuspect(string worker);

    [LoggerMessage(1402, LogLevel.Error, "looking after leases failed; it is tried again")]
    private partial void LogSweepFailed(Exception exception);
}
