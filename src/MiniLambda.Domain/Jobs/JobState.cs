namespace MiniLambda.Domain.Jobs;

/// <summary>Where a job stands. The numbers are stored and must not change.</summary>
public enum JobState
{
    /// <summary>Waits for a worker, or for its back-off to end.</summary>
    Queued = 1,

    /// <summary>A worker has the right to run it.</summary>
    Leased = 2,

    /// <summary>The guest runs.</summary>
    Running = 3,

    /// <summary>The guest exited with code 0.</summary>
    Succeeded = 4,

    /// <summary>The last attempt failed; see the outcome.</summary>
    Failed = 5,

    /// <summary>The last attempt ran past its timeout.</summary>
    TimedOut = 6,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled = 7,
}

/// <summary>How one attempt ended. The numbers are stored and must not change.</summary>
public enum AttemptOutcome
{
    /// <summary>The guest exited with code 0.</summary>
    Succeeded = 1,

    /// <summary>The guest exited with another code.</summary>
    Exit = 2,

    /// <summary>The guest trapped: unreachable, out of bounds, stack overflow, division by zero, ...</summary>
    Trap = 3,

    /// <summary>The guest ran past its timeout.</summary>
    Timeout = 4,

    /// <summary>The guest needed more memory than granted.</summary>
    MemoryLimit = 5,

    /// <summary>The guest used up its fuel.</summary>
    FuelLimit = 6,

    /// <summary>The guest wrote more to stdout than granted; what came until then is kept.</summary>
    OutputLimit = 7,

    /// <summary>Somebody cancelled the job.</summary>
    Cancelled = 8,

    /// <summary>The module cannot be compiled or linked; no attempt will ever go better.</summary>
    BadModule = 9,

    /// <summary>The worker vanished: its lease ran out or it came back without the job.</summary>
    WorkerLost = 10,

    /// <summary>The worker failed before the guest ran: the module could not be fetched, its disk was full, ...</summary>
    WorkerFailed = 11,

    /// <summary>The guest wrote more to its scratch folder than it was granted.</summary>
    ScratchLimit = 12,

    /// <summary>The guest held more files open at once than any may.</summary>
    OpenFilesLimit = 13,

    /// <summary>The job's time to live was over before an attempt began.</summary>
    Expired = 14,

    /// <summary>The sandbox host process that ran the guest died under it.</summary>
    HostDied = 15,
}
