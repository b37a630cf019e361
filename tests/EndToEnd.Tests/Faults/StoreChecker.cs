using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Storage;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Checks;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.EndToEnd.Faults;

/// <summary>
/// Reads what a stopped orchestrator left, the event log beside the jobs, and says everything that breaks a promise: a job that was acknowledged and is
/// not there, two outcomes, an outcome with a stale token, a gap among the attempts, a blob that is named and missing, and what was leaked: leases, blobs
/// that nothing names and that no sweep would take, files half written. Beside that, all that the program's own check of a store says.
/// </summary>
internal sealed class StoreChecker
{
    private readonly List<string> _violations = [];
    private readonly Dictionary<JobId, Replay> _replays = [];

    /// <param name="acknowledged">The ids that clients were told.</param>
    public static async Task<IReadOnlyList<string>> CheckAsync(string data, IReadOnlyCollection<string> acknowledged)
    {
        var checker = new StoreChecker();
        var folder = new StoreFolder(data);
        await checker.LookAsync(folder);
        await using (var database = SqliteDatabase.Open(folder.Database, NullLogger.Instance))
        {
            await checker.ReplayAsync(new SqliteEventLog(database));
            await checker.CheckJobsAsync(new SqliteJobStore(database), [.. acknowledged.Select(JobId.Parse)]);
            await SweepAsync(folder, new SqliteFunctionStore(database));
        }

        var unnamed = (await checker.LookAsync(folder)).UnnamedBlobs;
        checker.Require(unnamed == 0, $"{unnamed} blobs are named by nothing, and stay");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder.Blobs, "tmp")))
            checker._violations.Add($"{file} is half written, and stays");
        return checker._violations;
    }

    private Task<StoreTotals> LookAsync(StoreFolder folder) =>
        StoreCheck.RunAsync(folder, TimeProvider.System, finding => _violations.Add($"{finding}"), default);

    // As the orchestrator does it over hours, when every time of grace is over.
    private static async Task SweepAsync(StoreFolder folder, SqliteFunctionStore names)
    {
        var blobs = new BlobFolder(folder.Blobs, TimeProvider.System);
        var later = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1);
        for (var first = 0; first <= byte.MaxValue; first++)
        {
            foreach (var blob in blobs.ListUntouched((byte)first, later))
            {
                if (!await names.IsNamedAsync(blob, default))
                    blobs.Delete(blob, later);
            }
        }
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

    private async Task CheckJobsAsync(SqliteJobStore store, HashSet<JobId> acknowledged)
    {
        var page = new Page<JobRecord>([], "");
        do
        {
            page = await store.ListAsync(new JobQuery([]), new PageRequest(500, page.NextToken), default);
            foreach (var job in page.Items)
            {
                acknowledged.Remove(job.Id);
                await CheckJobAsync(store, job);
            }
        }
        while (page.NextToken.Length > 0);
        foreach (var lost in acknowledged)
            _violations.Add($"{lost} was acknowledged and is not there");
        Require((await store.ListLeasesAsync(default)).Count == 0, "leases stand although all jobs have their outcome");
    }

    private async Task CheckJobAsync(SqliteJobStore store, JobRecord job)
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
        var outcomes = attempts.Where(a => a.Report is not null).ToList();
        // One that was cancelled or expired in the queue has its outcome without an attempt that bears it.
        Require(
            outcomes.Count(a => a.Attempt == status.Attempt) == 1 || status.Report!.Outcome is AttemptOutcome.Cancelled or AttemptOutcome.Expired,
            $"{job.Id} is {status.State} in attempt {status.Attempt}, which has no outcome");
        Require(outcomes.Count(a => a.Report!.Outcome == AttemptOutcome.Succeeded) == (status.State == JobState.Succeeded ? 1 : 0), $"{job.Id} is {status.State} and its attempts say otherwise");
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

        private string _holder = "";
        private int _ended;

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
            if (e.Kind == EventKind.Leased)
                _holder = e.Worker;
            // An attempt's end is that of the one who holds it, and there is one.
            if (e.Kind is EventKind.Finished or EventKind.Retrying or EventKind.Returned)
            {
                if (before is not (JobState.Leased or JobState.Running) || e.Worker != _holder || job.Attempt <= _ended)
                    return $"{e.Kind} of attempt {job.Attempt} by {e.Worker}, while {_holder} holds it and {_ended} had ended";
                _ended = job.Attempt;
            }

            var expected = e.Kind == EventKind.Leased ? Attempt + 1 : Attempt;
            Attempt = job.Attempt;
            return job.Attempt == expected ? null : $"{e.Kind} bears attempt {job.Attempt}, not {expected}";
        }
    }
}
