namespace MiniLambda.Orchestrator.Refusals;

/// <summary>What kind of refusal it is: what a caller can do about it. One table for each face of the orchestrator says what it is called there.</summary>
internal enum RefusalKind
{
    /// <summary>The request itself is wrong.</summary>
    Invalid = 1,

    /// <summary>What it names is not there, or not for this caller.</summary>
    NotFound,

    /// <summary>Something else has the name.</summary>
    Taken,

    /// <summary>What it names is not in the state for it.</summary>
    WrongState,

    /// <summary>A limit is reached; another time it may pass.</summary>
    Exhausted,

    /// <summary>Past the end of what there is.</summary>
    OutOfRange,

    /// <summary>The caller may not do this.</summary>
    Forbidden,
}

/// <summary>A request is refused: an answer, not a failure.</summary>
/// <param name="reason">Machine-readable, in capitals.</param>
/// <param name="message">One line for people: what, on what, what to do next.</param>
internal sealed class RefusedException(RefusalKind kind, string reason, string message) : Exception(message)
{
    public RefusalKind Kind { get; } = kind;

    public string Reason { get; } = reason;

    /// <summary>When to try again, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What a program needs to go on.</summary>
    public IReadOnlyList<(string Key, long Value)> More { get; init; } = [];
}
