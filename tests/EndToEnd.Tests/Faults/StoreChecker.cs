using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.EndToEnd.Faults;

/// <summary>
/// Reads what a stopped orchestrator left, the event log beside the jobs, and says everything that breaks a promise: a job that was acknowledged and is
/// not there, two outcomes, an outcome with a stale token, a gap among the attempts, a blob that is named and missing.
/// </summary>
internal sealed class StoreChecker
{
    private readonly List<string> _violations = [];
    private readonly Dictionary<JobId, Replay> _replays = [];

    /// <param name="acknowledged">The ids that clients were told.</param>
    public static async Task<IReadOnlyList<string>> CheckAsync(string data, IReadOnlyCollection<string> acknowledged)
    {
        await using var database = SqliteDatabase.Open(Path.Combine(data, "minilambda.db"), NullLogger.Instance);
        var checker = new StoreChecker();
        await checker.ReplayAsync(new SqliteEventLog(database));
        await checker.CheckJobsAsync(
            new SqliteJobStore(database), new BlobFolder(Path.Combine(data, "blobs"), TimeProvider.System), [.. acknowledged.Select(JobId.Parse)]);
        return checker._violations;
    }

    private async Task ReplayAsync(SqliteEventLog log)
    {
        var offset = 0L;
        while (await log.ReadAsync(offset, 1000, default) is { Count: > 0 } events)
        {
            foreach (var e in events)
            {
                Require(e.Offset > offset, $"event {e.Offset} follows {offset}");
                offset = e.Offset;
                if (e.Job is not { } job)
                    continue;
                if (!_replays.TryGetValue(job.Id, out var replay))
                    _replays[job.Id] = replay = new Replay();
                if (replay.Apply(e) is { } problem)
                    _violations.Add($"{job.Id} at {e.Offset}: {problem}");
            }
        }
    }

    private async Task CheckJobsAsync(SqliteJobStore store, BlobFolder blobs, HashSet<JobId> acknowledged)
    {
        var page = new Page<JobRecord>([], "");
        do
        {
            page = await store.ListAsync(new JobQuery([]), new PageRequest(500, page.NextToken), default);
            foreach (var job in page.Items)
            {
                acknowledged.Remove(job.Id);
                await CheckJobAsync(store, blobs, job);
            }
        }
        while (page.NextToken.Length > 0);
        foreach (var lost in acknowledged)
            _violations.Add($"{lost} was acknowledged and is not there");
        Require((await store.ListLeasesAsync(default)).Count == 0, "leases stand although all jobs have their outcome");
    }

    private async Task CheckJobAsync(SqliteJobStore store, BlobFolder blobs, JobRecord job)
    {
        var status = job.Status;
        Require(status.IsFinal, $"{job.Id} is {status.State} at the end");
        if (!_replays.TryGetValue(job.Id, out var replay))
        {
            _violations.Add($"{job.Id} has no events");
            return;
        }

        Require(replay.State == status.State && replay.Attempt == status.Attempt, $"{job.Id} is {status.State} in attempt {status.Attempt}, its events say {replay.State} in {replay.Attempt}");
        Require(replay.Offset == job.Revision, $"{job.Id} has revision {job.Revision}, its last event offset {replay.Offset}");
        var attempts = await store.ListAttemptsAsync(job.Id, default);
        Require(attempts.Select(a => a.Attempt).SequenceEqual(Enumerable.Range(1, status.Attempt)), $"{job.Id} has attempts {string.Join(' ', attempts.Select(a => a.Attempt))} of {status.Attempt}");
        if (status.Report?.Stdout is { Blob: { IsEmpty: false } blob } stdout)
            Require(await IsWholeAsync(blobs, blob, stdout.Size), $"{job.Id} names blob {blob.Short}, which is missing or damaged");
    }

    private static async Task<bool> IsWholeAsync(BlobFolder blobs, BlobDigest digest, long size)
    {
        try
        {
            await using var stream = blobs.OpenRead(digest);
            if (stream is null)
                return false;
            await stream.CopyToAsync(Stream.Null);
            return blobs.FindSize(digest) == size;
        }
        catch (BlobCorruptException)
        {
            return false;
        }
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
            _violations.Add(otherwise);
    }

    /// <summary>One job's life as its events tell it.</summary>
    private sealed class Replay
    {
        public JobState? State { get; private set; }

        public int Attempt { get; private set; }

        public long Offset { get; private set; }

        /// <summary>What is wrong with an event after those before it; null when nothing is.</summary>
        public string? Apply(ClusterEvent e)
        {
            var (job, before) = (e.Job!, State);
            (State, Offset) = (job.State, e.Offset);
            if (before is null)
                return e.Kind == EventKind.Submitted && job is { State: JobState.Queued, Attempt: 0 } ? null : $"begins with {e.Kind}";
            if (!JobLifecycle.IsLegal(before.Value, job.State))
                return $"goes from {before} to {job.State}";
            if (JobLifecycle.IsFinal(before.Value) && e.Kind != EventKind.Redriven)
                return $"has its outcome, and then {e.Kind}";
            var expected = e.Kind == EventKind.Leased ? Attempt + 1 : Attempt;
            Attempt = job.Attempt;
            return job.Attempt == expected ? null : $"{e.Kind} bears attempt {job.Attempt}, not {expected}";
        }
    }
}
