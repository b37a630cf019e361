using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Progress;

/// <summary>
/// Says of jobs that are waited for where they are: in the queue and behind how many, compiling on a node, running since when. It asks once a second,
/// and only where a person watches.
/// </summary>
internal sealed class JobProgress : IAsyncDisposable
{
    /// <summary>What takes less leaves nobody wondering.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ClusterConnection _cluster;
    private readonly ProgressLine _line;
    private readonly List<string> _ids;
    private readonly int _count;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _watching;

    private JobProgress(ClusterConnection cluster, ProgressLine line, IEnumerable<string> ids)
    {
        (_cluster, _line, _ids) = (cluster, line, [.. ids]);
        _count = _ids.Count;
        _watching = line.IsSeen ? WatchAsync(_over.Token) : Task.CompletedTask;
    }

    /// <summary>Shows how far jobs are until it is disposed.</summary>
    public static JobProgress Start(ClusterConnection cluster, Notices notices, params IEnumerable<string> ids) => new(cluster, notices.Progress, ids.Distinct());

    /// <summary>A job has its outcome.</summary>
    /// <param name="tell">Tells it, while no line stands there.</param>
    public void Ended(string id, Action tell)
    {
        lock (_ids)
        {
            _ids.Remove(id);
            _line.Erase();
            tell();
        }
    }

    /// <summary>Says nothing any more: the job itself begins to.</summary>
    public async Task SilenceAsync()
    {
        if (_over.IsCancellationRequested)
            return;
        await _over.CancelAsync();
        await _watching;
        _line.Erase();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await SilenceAsync();
        _over.Dispose();
    }

    private async Task WatchAsync(CancellationToken over)
    {
        try
        {
            for (var wait = Unnoticed; ; wait = Interval)
            {
                await Task.Delay(wait, TimeProvider.System, over);
                if (Next() is not { } id)
                    return;
                var text = await TextAsync(id, over);
                lock (_ids)
                {
                    if (_ids.Contains(id) && !over.IsCancellationRequested)
                        _line.Show(_count == 1 ? text : $"{_count - _ids.Count} of {_count} jobs ended; {text}");
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It is over, or nothing can be told.
        }
    }

    private string? Next()
    {
        lock (_ids)
            return _ids.FirstOrDefault();
    }

    private async Task<string> TextAsync(string id, CancellationToken over)
    {
        try
        {
            return Text(await _cluster.Jobs.GetAsync(new GetJobRequest { Id = id }, cancellationToken: over), TimeProvider.System.GetUtcNow());
        }
        catch (ApiException e)
        {
            // Whoever waits goes on for a while, or tells it as what ended the waiting.
            return e.IsUnreachable ? $"away: {e.Message}; trying again" : e.Message;
        }
    }

    /// <summary>Where a job is.</summary>
    internal static string Text(Job job, DateTimeOffset now) => job switch
    {
        { State: Job.Types.State.Queued, Explanation.Summary: { Length: > 0 } why } => $"{job.Id} is queued: {why}",
        { State: Job.Types.State.Leased } => $"{job.Id} {(HasModule(job) ? "starts" : "compiles")} on {job.Worker}",
        { State: Job.Types.State.Running, StartedAt: { } started } =>
            $"{job.Id} runs on {job.Worker}, {DurationText.Humanize(TimeSpan.FromSeconds(Math.Floor((now - started.ToDateTimeOffset()).TotalSeconds)))}",
        _ => $"{job.Id} is {JobTables.State(job)}",
    };

    private static bool HasModule(Job job) => job.Explanation?.Candidates.FirstOrDefault(c => c.Chosen)?.HasModule ?? true;
}
