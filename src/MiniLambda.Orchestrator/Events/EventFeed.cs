using MiniLambda.Domain.Events;

namespace MiniLambda.Orchestrator.Events;

/// <summary>Opens the log for those who watch it.</summary>
internal sealed class EventFeed(IEventLog log, EventTail tail) : IDisposable
{
    /// <summary>Of those who read the store at a time: enough to be quick, and so few that whoever asks for jobs is not kept waiting.</summary>
    private const int MaxReading = 2;

    private readonly SemaphoreSlim _reading = new(MaxReading);
    private int _open;

    /// <summary>How many watch.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <param name="after">An offset, or 0 for the oldest event that is kept; null for what happens from now on.</param>
    public async ValueTask<EventWatch> OpenAsync(EventFilter filter, long? after, CancellationToken cancellationToken)
    {
        var end = tail.Last;
        var start = after switch
        {
            null => end,
            0 => await BeginningOfAsync(filter, cancellationToken),
            { } offset => offset,
        };
        Interlocked.Increment(ref _open);
        return new EventWatch(this, tail, filter, start, end);
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>A page of the store. Events between the offset and the page may have been trimmed: that is told by the second value, their newest.</summary>
    internal async ValueTask<(IReadOnlyList<ClusterEvent> Events, long Trimmed)> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        // The query runs where it is called from, which may be the thread that reads the caller's socket.
        await Task.Yield();
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var events = await log.ReadAsync(after, limit, cancellationToken);
            // After the page: what is not trimmed by now was there when it was read.
            return (events, await log.TrimmedAsync(cancellationToken));
        }
        finally
        {
            _reading.Release();
        }
    }

    internal void Closed() => Interlocked.Decrement(ref _open);

    private async ValueTask<long> BeginningOfAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        var trimmed = await log.TrimmedAsync(cancellationToken);
        // A job's events are a few among millions: those before it are passed over.
        return filter.Job is { } job ? Math.Max(trimmed, await log.BeginningOfAsync(job, cancellationToken)) : trimmed;
    }
}
