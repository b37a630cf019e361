using System.Diagnostics;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Jobs;

/// <summary>
/// The one place that decides a job's state. Each method takes the status as the store holds it and answers the next one, or why there is none;
/// stores apply it inside the transaction that read the status, so of two racing events exactly one wins.
/// </summary>
public static class JobLifecycle
{
    /// <summary>
    /// Attempts of one job that may take down what runs them; after so many the job is quarantined in the dead-letter list, whatever its retry policy
    /// says: it is more likely to blame than the machines.
    /// </summary>
    public const int MaxCrashes = 3;

    private static readonly Dictionary<JobState, JobState[]> Legal = new()
    {
        [JobState.Queued] = [JobState.Leased, JobState.Cancelled, JobState.Failed],
        [JobState.Leased] = [JobState.Running, JobState.Queued, JobState.Succeeded, JobState.Failed, JobState.TimedOut, JobState.Cancelled],
        [JobState.Running] = [JobState.Queued, JobState.Succeeded, JobState.Failed, JobState.TimedOut, JobState.Cancelled],
        [JobState.Succeeded] = [],
        // Only when somebody asks for it: the job lives once more.
        [JobState.Failed] = [JobState.Queued],
        [JobState.TimedOut] = [JobState.Queued],
        [JobState.Cancelled] = [JobState.Queued],
    };

    /// <summary>Whether a job may go from one state to another in one step.</summary>
    public static bool IsLegal(JobState from, JobState to) => Array.IndexOf(Legal[from], to) >= 0;

    /// <summary>Whether nothing follows this state by itself.</summary>
    public static bool IsFinal(JobState state) => state is JobState.Succeeded or JobState.Failed or JobState.TimedOut or JobState.Cancelled;

    /// <summary>A worker gets the right to run the next attempt.</summary>
    public static Transition Claim(JobStatus current, LeaseClaim claim)
    {
        if (current.State != JobState.Queued)
            return new Transition(IsFinal(current.State) ? TransitionStatus.Final : TransitionStatus.Stale, current);
        if (current.ExpiresAt <= claim.Now)
            return new Transition(TransitionStatus.Stale, current);
        return Move(current, JobState.Leased, current with
        {
            Attempt = current.Attempt + 1,
            Worker = claim.Worker,
            LeasedAt = claim.Now,
            Placed = claim.Placed,
            StartedAt = null,
            FinishedAt = null,
        });
    }

    /// <summary>The guest of an attempt began to run, says a worker.</summary>
    public static Transition Start(JobStatus current, int attempt, string worker, DateTimeOffset at)
    {
        if (Refuse(current, attempt) is { } refusal)
            return refusal;
        if (current.Worker != worker)
            return new Transition(TransitionStatus.Stale, current);
        return current.State == JobState.Running
            ? new Transition(TransitionStatus.Unchanged, current)
            : Move(current, JobState.Running, current with { StartedAt = at });
    }

    /// <summary>An attempt ended: the job is done, or is queued again after a back-off when the policy says so.</summary>
    /// <param name="jitter">0 to 1, from the caller's <see cref="Random"/>.</param>
    public static Transition Finish(
        JobStatus current, int attempt, AttemptReport report, RetryPolicy policy, DateTimeOffset now, double jitter)
    {
        if (Refuse(current, attempt) is { } refusal)
            return refusal;
        var ended = current with
        {
            Report = report,
            FinishedAt = now,
            // An attempt that ended within milliseconds was never reported as started.
            StartedAt = current.StartedAt ?? (report.Usage.Run > TimeSpan.Zero ? now - report.Usage.Run : null),
        };
        switch (report.Outcome)
        {
            case AttemptOutcome.Succeeded:
                return Move(current, JobState.Succeeded, ended);
            case AttemptOutcome.Cancelled:
                return Move(current, JobState.Cancelled, ended);
        }

        ended = ended with { Failures = current.Failures + 1, Crashes = current.Crashes + (report.Crashed ? 1 : 0) };
        if (ended.Crashes >= MaxCrashes)
        {
            var evidence = $"quarantined: {ended.Crashes} attempts took down what ran them; the last: {report.Message}";
            return Move(current, JobState.Failed, ended with { DeadLettered = true, Report = report with { Message = evidence } });
        }

        if (ended.Failures < policy.Attempts && IsRetried(report.Outcome, policy))
        {
            var next = now + Backoff.Compute(ended.Failures, policy.Backoff, policy.MaxBackoff, jitter);
            // What could only expire in the queue has failed by now, and better says of what.
            if (!(current.ExpiresAt <= next))
                return Move(current, JobState.Queued, ended with { NotBefore = next });
        }

        var final = report.Outcome == AttemptOutcome.Timeout ? JobState.TimedOut : JobState.Failed;
        return Move(current, final, ended with { DeadLettered = true });
    }

    /// <summary>A worker hands an attempt back unfinished (it shuts down): the job is queued again at once and the attempt is not held against it.</summary>
    public static Transition Release(JobStatus current, int attempt, DateTimeOffset now)
    {
        if (Refuse(current, attempt) is { } refusal)
            return refusal;
        return Move(current, JobState.Queued, current with { NotBefore = now, FinishedAt = now });
    }

    /// <summary>Somebody cancels the job. The outcome stands at once; a report that comes later is refused.</summary>
    public static Transition Cancel(JobStatus current, DateTimeOffset now)
    {
        if (IsFinal(current.State))
            return new Transition(TransitionStatus.Final, current);
        return Move(current, JobState.Cancelled, current with
        {
            FinishedAt = now,
            Report = AttemptReport.Failure(AttemptOutcome.Cancelled, "cancelled"),
        });
    }

    /// <summary>A queued job's time to live is over.</summary>
    public static Transition Expire(JobStatus current, DateTimeOffset now)
    {
        if (IsFinal(current.State))
            return new Transition(TransitionStatus.Final, current);
        if (current.State != JobState.Queued || !(current.ExpiresAt <= now))
            return new Transition(TransitionStatus.Stale, current);
        return Move(current, JobState.Failed, current with
        {
            FinishedAt = now,
            DeadLettered = true,
            Report = AttemptReport.Failure(AttemptOutcome.Expired, "its time to live was over before an attempt began"),
        });
    }

    /// <summary>Somebody has a job that failed or was cancelled run once more: from the dead-letter list or not, its failures forgotten.</summary>
    public static Transition Retry(JobStatus current, DateTimeOffset now)
    {
        if (current.State is not (JobState.Failed or JobState.TimedOut or JobState.Cancelled))
            return new Transition(IsFinal(current.State) ? TransitionStatus.Final : TransitionStatus.Stale, current);
        return Move(current, JobState.Queued, current with
        {
            Failures = 0,
            Crashes = 0,
            DeadLettered = false,
            NotBefore = now,
            ExpiresAt = null,
        });
    }

    private static bool IsRetried(AttemptOutcome outcome, RetryPolicy policy)
    {
        RetryCause? cause = outcome switch
        {
            AttemptOutcome.Exit => RetryCause.Exit,
            AttemptOutcome.Trap or AttemptOutcome.MemoryLimit or AttemptOutcome.FuelLimit or AttemptOutcome.OutputLimit
                or AttemptOutcome.ScratchLimit or AttemptOutcome.OpenFilesLimit => RetryCause.Trap,
            AttemptOutcome.Timeout => RetryCause.Timeout,
            AttemptOutcome.WorkerLost or AttemptOutcome.WorkerFailed or AttemptOutcome.HostDied => RetryCause.WorkerLost,
            _ => null,
        };
        return cause is { } named && policy.On.Contains(named);
    }

    private static Transition? Refuse(JobStatus current, int attempt)
    {
        if (IsFinal(current.State))
            return new Transition(TransitionStatus.Final, current);
        if (current.Attempt != attempt || current.State == JobState.Queued)
            return new Transition(TransitionStatus.Stale, current);
        return null;
    }

    private static Transition Move(JobStatus from, JobState to, JobStatus next)
    {
        Debug.Assert(IsLegal(from.State, to), $"{from.State} → {to}");
        return new Transition(TransitionStatus.Applied, next with { State = to });
    }
}

/// <summary>A worker's claim on the next attempt of a job.</summary>
/// <param name="Worker">The worker's name.</param>
/// <param name="Placed">How the worker was chosen; see <see cref="JobStatus.Placed"/>.</param>
public readonly record struct LeaseClaim(string Worker, DateTimeOffset Now, string Placed = "");

/// <summary>What an event did to a job.</summary>
/// <param name="Status">Whether it was applied.</param>
/// <param name="Job">The status after it; the unchanged one when it was not applied.</param>
public readonly record struct Transition(TransitionStatus Status, JobStatus Job);

public enum TransitionStatus
{
    /// <summary>The job has the new status.</summary>
    Applied = 1,

    /// <summary>The same event was applied before.</summary>
    Unchanged,

    /// <summary>The fencing token is not the current one, or the caller holds no lease: refused.</summary>
    Stale,

    /// <summary>The job has its outcome: refused.</summary>
    Final,

    /// <summary>There is no such job.</summary>
    NotFound,
}
