namespace MiniLambda.Domain.Jobs;

/// <summary>What must hold of a stored job and its attempts, whatever happened to it: what <see cref="JobLifecycle"/> would never make is damage.</summary>
public static class JobConsistency
{
    /// <summary>All that is wrong, each in words that follow "the job"; nothing for a sound one.</summary>
    /// <param name="kept">The attempts that are stored beside the job, which its newest one is only once another may follow.</param>
    public static IEnumerable<string> Problems(JobStatus status, IReadOnlyList<AttemptRecord> kept)
    {
        if (!Enum.IsDefined(status.State))
        {
            yield return $"is in a state that does not exist ({(int)status.State})";
            yield break;
        }

        if (status.Attempt < 0 || status.Failures < 0 || status.Failures > status.Attempt || status.Crashes < 0 || status.Crashes > status.Failures)
            yield return $"has {status.Failures} failures and {status.Crashes} crashes in {status.Attempt} attempts";
        if ((status.Attempt > 0) != (status.Worker.Length > 0) || (status.Attempt > 0) != (status.LeasedAt is not null))
            yield return $"is in attempt {status.Attempt} with {(status.Worker.Length > 0 ? "a" : "no")} worker and {(status.LeasedAt is null ? "no" : "a")} moment of its lease";
        foreach (var problem in OfState(status))
            yield return problem;
        foreach (var problem in OfAttempts(status, kept))
            yield return problem;
    }

    private static IEnumerable<string> OfState(JobStatus status)
    {
        var (state, outcome) = (status.State, status.Report?.Outcome);
        if (outcome is { } told && !Enum.IsDefined(told))
            yield return $"has an outcome that does not exist ({(int)told})";
        if (state is JobState.Leased or JobState.Running && (status.Attempt == 0 || status.FinishedAt is not null))
            yield return $"is {state} without a lease that stands";
        if (state == JobState.Running && status.StartedAt is null)
            yield return "is Running and never started";
        if (JobLifecycle.IsFinal(state) && status.FinishedAt is null)
            yield return $"is {state} and never ended";
        if (status.DeadLettered != state is JobState.Failed or JobState.TimedOut)
            yield return $"is {state} and {(status.DeadLettered ? "" : "not ")}in the dead-letter list";
        var agrees = state switch
        {
            JobState.Succeeded => outcome == AttemptOutcome.Succeeded,
            JobState.Cancelled => outcome == AttemptOutcome.Cancelled,
            JobState.TimedOut => outcome == AttemptOutcome.Timeout,
            JobState.Failed => outcome is not (null or AttemptOutcome.Succeeded or AttemptOutcome.Cancelled),
            _ => true,
        };
        if (!agrees)
            yield return $"is {state} with {(outcome is { } other ? $"outcome {other}" : "no outcome")}";
    }

    private static IEnumerable<string> OfAttempts(JobStatus status, IReadOnlyList<AttemptRecord> kept)
    {
        // The newest stands in the job's own row until it goes back to the queue.
        var isNewestKept = kept.Count > 0 && kept[^1].Attempt == status.Attempt;
        var expected = isNewestKept || status.State == JobState.Queued ? status.Attempt : status.Attempt - 1;
        if (kept.Count != Math.Max(expected, 0) || kept.Select((attempt, i) => attempt.Attempt - i).Any(static first => first != 1))
            yield return $"is {status.State} in attempt {status.Attempt} and keeps attempts {(kept.Count == 0 ? "none" : string.Join(' ', kept.Select(a => a.Attempt)))}";
        if (isNewestKept && status.State is JobState.Leased or JobState.Running)
            yield return $"is {status.State} in attempt {status.Attempt}, which has ended";
        foreach (var attempt in kept)
        {
            if (attempt.Worker.Length == 0 || attempt.FinishedAt is null || (attempt.Report is { } report && !Enum.IsDefined(report.Outcome)))
                yield return $"keeps attempt {attempt.Attempt}, which is not told whole";
        }
    }
}
