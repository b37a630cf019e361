namespace MiniLambda.Domain.Workers;

/// <summary>
/// What an owner decided about workers, so that it outlives a restart. A task that writes completes only when the change is on disk. Every method may
/// throw <see cref="IOException"/> when the disk fails.
/// </summary>
public interface IWorkerStore
{
    /// <summary>A worker is drained. One that is drained already keeps the moment since when, and gets the new deadline.</summary>
    Task DrainAsync(string worker, DateTimeOffset at, DateTimeOffset? until, CancellationToken cancellationToken);

    /// <summary>A worker is drained no more.</summary>
    Task ResumeAsync(string worker, CancellationToken cancellationToken);

    /// <summary>A worker was removed, and with it its drain.</summary>
    /// <param name="instance">The process that must not come back; null when it is not known.</param>
    Task RemoveAsync(string worker, Guid? instance, CancellationToken cancellationToken);

    /// <summary>Every decision that stands, by name.</summary>
    ValueTask<IReadOnlyList<WorkerDecision>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>What an owner decided about one worker.</summary>
/// <param name="DrainedAt">Since when it is drained; null when it is not.</param>
/// <param name="DrainUntil">When what it still holds goes back to the queue; null without a deadline.</param>
/// <param name="RemovedInstance">The process that was removed and must not come back.</param>
public sealed record WorkerDecision(string Worker, DateTimeOffset? DrainedAt, DateTimeOffset? DrainUntil, Guid? RemovedInstance);
