using MiniLambda.Domain.Events;

namespace MiniLambda.Orchestrator.Events;

/// <summary>What one who watches sees next.</summary>
/// <param name="Events">Those that were asked for, in order; may be none.</param>
/// <param name="Offset">What to go on after.</param>
/// <param name="IsTrimmed">Events up to the offset are gone, and were not seen.</param>
internal readonly record struct EventStep(IReadOnlyList<ClusterEvent> Events, long Offset, bool IsTrimmed = false);

/// <summary>
/// One reader's place in the log. It is an offset and nothing else: who reads slowly costs no memory. Used by one caller at a time; dispose it to stop
/// watching.
/// </summary>
internal sealed class EventWatch(EventFeed feed, EventTail tail, EventFilter filter, long after, long end) : IDisposable
{
    /// <summary>Events that one step looks at, about.</summary>
    private const int StepEvents = 512;

    private readonly List<EventBatch> _batches = [];

    /// <summary>What it goes on after.</summary>
    public long Offset { get; private set; } = after;

    /// <summary>Whether all was seen that there was when it was opened.</summary>
    public bool IsAtEnd => Offset >= end;

    /// <summary>Whether it is to go on after an offset that was never reached.</summary>
    public bool IsBeyondEnd => Offset > end;

    /// <summary>Looks at the next events; waits when there are none.</summary>
    public async ValueTask<EventStep> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var start = tail.Start;
            if (Offset < start)
                return await ReadStoreAsync(start, cancellationToken);
            if (tail.TryRead(Offset, StepEvents, _batches) && _batches.Count > 0)
                return ReadBatches();
            // Nothing, or it fell behind within this moment.
            if (Offset >= tail.Start)
                await tail.WaitAsync(Offset, cancellationToken);
        }
    }

    public void Dispose() => feed.Closed();

    private EventStep ReadBatches()
    {
        var events = new List<ClusterEvent>();
        foreach (var batch in _batches)
            Take(batch.Events, events);
        Offset = _batches[^1].Last;
        _batches.Clear();
        return new EventStep(events, Offset);
    }

    /// <param name="start">All that is not in the store after this offset is in memory.</param>
    private async ValueTask<EventStep> ReadStoreAsync(long start, CancellationToken cancellationToken)
    {
        var (page, trimmed) = await feed.ReadAsync(Offset, StepEvents, cancellationToken);
        if (Offset < trimmed)
        {
            Offset = trimmed;
            return new EventStep([], trimmed, IsTrimmed: true);
        }

        var events = new List<ClusterEvent>();
        Take(page, events);
        // Offsets have gaps: where the store has nothing more, none of those up to the tail is an event's.
        Offset = page.Count > 0 ? page[^1].Offset : start;
        return new EventStep(events, Offset);
    }

    private void Take(IReadOnlyList<ClusterEvent> from, List<ClusterEvent> into)
    {
        foreach (var e in from)
        {
            if (e.Offset > Offset && filter.Matches(e))
                into.Add(filter.Tell(e));
        }
    }
}
