namespace MiniLambda.Domain.Scheduling;

/// <summary>
/// A job's place in its lane: the lowest rank runs first. It is the moment of submission, set back by <see cref="HeadStart"/> for each point of
/// priority. A job is thus overtaken only by what comes within the head start of its betters, and nothing starves; as time passes all age alike, so
/// the rank never changes and an index on it stays sorted by itself.
/// </summary>
public static class JobRank
{
    /// <summary>What one point of priority is worth.</summary>
    public static TimeSpan HeadStart { get; } = TimeSpan.FromSeconds(10);

    /// <param name="priority">−100 to 100.</param>
    public static long Of(DateTimeOffset createdAt, int priority) =>
        (createdAt - DateTimeOffset.UnixEpoch).Ticks - (priority * HeadStart.Ticks);
}
