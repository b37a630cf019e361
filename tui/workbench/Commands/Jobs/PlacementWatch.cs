using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary>
/// Says of jobs that are waited for why they wait when no connected worker could ever take them. Workers come and go without a change of the job, so it
/// asks again and again.
/// </summary>
internal sealed class PlacementWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Asked about in one round.</summary>
    private const int MaxAsked = 100;

    private readonly ClusterConnection _cluster;
    private readonly Notices _notices;
    private readonly HashSet<(string Id, string Why)> _told = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Task _watching;

    private PlacementWatch(ClusterConnection cluster, Notices notices, IEnumerable<string> ids, Job? submitted)
    {
        (_cluster, _notices) = (cluster, notices);
        if (submitted is not null)
            _told.Add((submitted.Id, submitted.Unplaceable));
        _watching = WatchAsync([.. ids], submitted is null ? TimeSpan.Zero : Interval, _over.Token);
    }

    /// <summary>Watches until it is disposed.</summary>
    public static PlacementWatch Start(ClusterConnection cluster, Notices notices, IEnumerable<string> ids) => new(cluster, notices, ids, null);

    /// <summary>Watches a job of which the orchestrator has just told, until it is disposed.</summary>
    public static PlacementWatch Start(ClusterConnection cluster, Notices notices, Job submitted) => new(cluster, notices, [submitted.Id], submitted);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        _over.Dispose();
    }

    private async Task WatchAsync(List<string> ids, TimeSpan wait, CancellationToken over)
    {
        try
        {
            for (; ids.Count > 0; wait = Interval)
            {
                await Task.Delay(wait, TimeProvider.System, over);
                foreach (var id in ids.Take(MaxAsked).ToList())
                {
                    if (!await AskAsync(id, over))
                        ids.Remove(id);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It is over, or nothing can be told.
        }
    }

    /// <returns>Whether the job goes on.</returns>
    private async Task<bool> AskAsync(string id, CancellationToken over)
    {
        try
        {
            var job = await _cluster.Jobs.GetAsync(new GetJobRequest { Id = id }, cancellationToken: over);
            if (job.Unplaceable.Length > 0 && _told.Add((id, job.Unplaceable)))
                _notices.Tell(Waits(job));
            return job.FinishedAt is null;
        }
        catch (ApiException)
        {
            // Told, or borne with, by the waiting itself.
            return true;
        }
    }

    /// <summary>Why a job waits, as a line.</summary>
    public static string Waits(Job job) => $"job {job.Id} waits: {job.Unplaceable}";
}
