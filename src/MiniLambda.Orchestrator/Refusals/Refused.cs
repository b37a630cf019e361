using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;

namespace MiniLambda.Orchestrator.Refusals;

/// <summary>Refusals that more than one call makes, in the same words. What another tenant has is told as what never was.</summary>
internal static class Refused
{
    public static RefusedException Invalid(string reason, string message) => new(RefusalKind.Invalid, reason, message);

    public static RefusedException FunctionNotFound(FunctionReference reference) =>
        new(RefusalKind.NotFound, "FUNCTION_NOT_FOUND", $"there is no function '{reference}'");

    public static RefusedException FunctionNotFound(string text) => FunctionName.TryParse(text, out _)
        ? new RefusedException(RefusalKind.NotFound, "FUNCTION_NOT_FOUND", $"there is no function '{text}'")
        : Invalid("FUNCTION_NOT_FOUND", $"'{Printable.Of(text)}' is not a function name ({FunctionName.Rule})");

    public static RefusedException JobNotFound(string id) => new(RefusalKind.NotFound, "JOB_NOT_FOUND", $"there is no job '{Printable.Of(id)}'");

    public static RefusedException JobNotFinished(JobId id, JobState state) =>
        new(RefusalKind.WrongState, "JOB_NOT_FINISHED", $"job {id} is {Words(state)}: it has no result yet");

    public static RefusedException JobFinished(JobId id, JobState state) =>
        new(RefusalKind.WrongState, "JOB_FINISHED", $"job {id} has {Words(state)} already");

    public static RefusedException BlobNotFound(string digest) => new(RefusalKind.NotFound, "BLOB_NOT_FOUND", $"there is no blob '{Printable.Of(digest)}'");

    public static RefusedException WorkerNotFound(string name) =>
        new(RefusalKind.NotFound, "WORKER_NOT_FOUND", $"there is no worker '{Printable.Of(name)}'");

    public static RefusedException OutOfRange(string message) => Invalid("SETTING_OUT_OF_RANGE", message);

    /// <summary>A watcher is dropped.</summary>
    /// <param name="offset">What it resumes after: that of the last answer that was written for it.</param>
    public static RefusedException WatcherTooSlow(TimeSpan patience, long offset) => new(
        RefusalKind.Exhausted, "WATCHER_TOO_SLOW", $"the watcher took nothing for {DurationText.Format(patience)}; it may go on after offset {offset}")
    {
        More = [("offset", offset)],
    };

    /// <summary>A watcher's place in the log is gone.</summary>
    /// <param name="offset">What to go on after to see all that is left.</param>
    /// <param name="first">The oldest event that is left; 0 when none is.</param>
    public static RefusedException EventsTrimmed(string message, long offset, long first) => new(RefusalKind.OutOfRange, "EVENTS_TRIMMED", message)
    {
        More = [("offset", offset), ("first_offset", first)],
    };

    private static string Words(JobState state) => state switch
    {
        JobState.TimedOut => "timed out",
        JobState.Cancelled => "been cancelled",
        _ => state.ToString().ToLowerInvariant(),
    };
}
