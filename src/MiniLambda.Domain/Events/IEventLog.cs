using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Events;

/// <summary>
/// What happened, in order and append-only. Events of jobs are written by the job store in the transaction that makes them true; those of workers come
/// through here. Old ones are trimmed.
/// </summary>
public interface IEventLog
{
    /// <summary>Appends an event of a worker; the order of the calls is that of the events. Completes when it is on disk.</summary>
    Task AppendAsync(EventKind kind, string worker, string detail, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Has every commit told of from now on: once it is on disk, before those who wrote it go on, and in the order of the offsets. There is one
    /// listener; it holds up the writer, so it must be quick, and must not throw.
    /// </summary>
    /// <returns>An offset that no event lies behind which is not told of.</returns>
    Task<long> ListenAsync(Action<EventBatch> committed, CancellationToken cancellationToken);

    /// <summary>Events after an offset (0 = from the oldest that is kept), in order; about <paramref name="limit"/> of them, none when there are no more.</summary>
    ValueTask<IReadOnlyList<ClusterEvent>> ReadAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>The offsets of the oldest and the newest event that are kept; zeros when there is none.</summary>
    ValueTask<(long First, long Last)> RangeAsync(CancellationToken cancellationToken);

    /// <summary>The offset of the newest event that was removed; 0 when none was.</summary>
    ValueTask<long> TrimmedAsync(CancellationToken cancellationToken);

    /// <summary>An offset that all events of a job lie behind, close before the first; 0 when nothing is known of the job.</summary>
    ValueTask<long> BeginningOfAsync(JobId job, CancellationToken cancellationToken);

    /// <summary>Removes events from before a moment, at most about <paramref name="limit"/>; how many steps it took off, 0 when there is nothing to remove.</summary>
    Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}
