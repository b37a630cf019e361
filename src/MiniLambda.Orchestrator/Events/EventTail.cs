using System.Threading.Channels;
using MiniLambda.Domain.Events;

namespace MiniLambda.Orchestrator.Events;

/// <summary>
/// The newest events, in memory: filled by the writer after each commit, read by everybody who keeps up, so that however many watch what happens now,
/// the store is not asked. Bounded by the number of events; whoever lies further behind reads the store.
/// </summary>
internal sealed class EventTail(IEventLog log, TimeProvider clock) : BackgroundService
{
    /// <summary>Events that are kept: some seconds' worth under load, about 3 MB; 64 MB where each bears the longest message that there may be.</summary>
    public const int MaxEvents = 8192;

    /// <summary>
    /// Between two calls to those who wait: the first event after a silence is told at once, and what follows shares the next call, so that ten thousand
    /// need not be woken for each commit.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    // A ring: each batch has at least one event.
    private readonly EventBatch[] _batches = new EventBatch[MaxEvents];
    private int _oldest;
    private int _count;
    private int _events;

    private long _begun = long.MaxValue;
    private long _dropped;
    private long _last;
    private long _called;
    private TaskCompletionSource _call = NewCall();

    /// <summary>All events after this offset are here.</summary>
    public long Start
    {
        get
        {
            lock (_gate)
                return Math.Max(_begun, _dropped);
        }
    }

    /// <summary>The offset of the newest event.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
                return _last;
        }
    }

    /// <summary>Takes in what was committed. Called by the writer, which waits.</summary>
    public void Add(EventBatch batch)
    {
        lock (_gate)
        {
            while (_count > 0 && _events + batch.Events.Count > MaxEvents)
                DropOldest_NeedsLock();
            if (batch.Events.Count > MaxEvents)
            {
                _dropped = batch.Last;
            }
            else
            {
                _batches[(_oldest + _count++) % MaxEvents] = batch;
                _events += batch.Events.Count;
            }

            _last = batch.Last;
        }

        _news.Writer.TryWrite(true);
    }

    /// <summary>
    /// Adds the batches that bear events after an offset, the oldest first, until they have about so many events; false when the offset lies behind what
    /// is kept here.
    /// </summary>
    public bool TryRead(long after, int limit, List<EventBatch> batches)
    {
        lock (_gate)
        {
            if (after < Math.Max(_begun, _dropped))
                return false;
            for (var i = FindFirst_NeedsLock(after); i < _count && limit > 0; i++)
            {
                var batch = _batches[(_oldest + i) % MaxEvents];
                batches.Add(batch);
                limit -= batch.Events.Count;
            }

            return true;
        }
    }

    /// <summary>Waits until there is something after an offset.</summary>
    public async ValueTask WaitAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The call first: one that comes after the look at the offset ends the wait.
            var call = Volatile.Read(ref _call);
            if (Volatile.Read(ref _called) > after)
                return;
            await call.Task.WaitAsync(cancellationToken);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var begun = await log.ListenAsync(Add, cancellationToken);
        lock (_gate)
        {
            _begun = begun;
            _last = Math.Max(_last, begun);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _news.Reader.ReadAsync(stoppingToken);
            Volatile.Write(ref _called, Last);
            Interlocked.Exchange(ref _call, NewCall()).SetResult();
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    private void DropOldest_NeedsLock()
    {
        var batch = _batches[_oldest];
        _batches[_oldest] = null!;
        _oldest = (_oldest + 1) % MaxEvents;
        _count--;
        _events -= batch.Events.Count;
        _dropped = batch.Last;
    }

    /// <summary>The index of the oldest batch that ends after an offset.</summary>
    private int FindFirst_NeedsLock(long after)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_batches[(_oldest + middle) % MaxEvents].Last > after)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private static TaskCompletionSource NewCall() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
