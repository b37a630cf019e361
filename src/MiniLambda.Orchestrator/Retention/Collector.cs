using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Tenants;

namespace MiniLambda.Orchestrator.Retention;

/// <summary>
/// Removes what was kept for long enough: jobs that have their outcome, with their results and logs; dead letters; events; idempotency keys; lanes that
/// nothing stands in. Blobs that lose their last name thereby go with the sweep of blobs. Works in small steps with pauses between, so that a large
/// removal delays no submission.
/// </summary>
internal sealed partial class Collector(
    IJobStore jobs, IEventLog events, TenantLedger tenants, OrchestratorOptions options, TimeProvider clock, ILogger<Collector> logger) : BackgroundService
{
    /// <summary>Rows of one step: some milliseconds of the writer's time.</summary>
    public const int StepRows = 200;

    /// <summary>Between two steps.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LanePeriod = TimeSpan.FromHours(24);

    /// <summary>Removes all whose time is over.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var removed = await RepeatAsync(
            async () =>
            {
                var gone = await jobs.CollectAsync(now - options.KeepJobs, now - options.KeepDeadLetters, StepRows, now, cancellationToken);
                foreach (var job in gone)
                    tenants.Removed(job);
                return gone.Count;
            },
            cancellationToken);
        await RepeatAsync(() => events.TrimAsync(now - options.KeepEvents, StepRows, cancellationToken), cancellationToken);
        await RepeatAsync(() => jobs.ForgetKeysAsync(now, StepRows, cancellationToken), cancellationToken);
        if (removed > 0)
            LogRemoved(removed);
    }

    /// <summary>Removes lanes that no job stands in.</summary>
    public Task<int> CollectLanesAsync(CancellationToken cancellationToken) =>
        RepeatAsync(() => jobs.RemoveIdleLanesAsync(StepRows, cancellationToken), cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var lanesAt = clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CollectAsync(stoppingToken);
                if (clock.GetElapsedTime(lanesAt) < LanePeriod)
                    continue;
                lanesAt = clock.GetTimestamp();
                await CollectLanesAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    private async Task<int> RepeatAsync(Func<Task<int>> step, CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var gone = await step();
            total += gone;
            // A step that was not full found no more.
            if (gone < StepRows)
                return total;
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    [LoggerMessage(1701, LogLevel.Information, "{Jobs} jobs were removed: they were kept for long enough")]
    private partial void LogRemoved(int jobs);

    [LoggerMessage(1702, LogLevel.Error, "removing what was kept for long enough failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
