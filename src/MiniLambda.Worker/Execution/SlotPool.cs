using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Worker.Execution;

/// <summary>
/// The slots: one thread each, made once, that run guests. A guest blocks its thread for as long as it runs, so it gets none of the pool's. Work that
/// takes several slots keeps as many others from being used; it begins in its turn, so that small work does not keep it out.
/// </summary>
internal sealed partial class SlotPool : IDisposable
{
    private readonly int _slots;
    private readonly long _memory;
    private readonly ILogger<SlotPool> _logger;
    private readonly Lock _gate = new();
    private readonly Queue<(Action Work, int Slots, long Memory)> _waiting = new();
    private readonly BlockingCollection<(Action Work, int Slots, long Memory)> _started = [];
    private int _free;
    private long _freeMemory;

    /// <param name="memory">Bytes that all work which runs at once may take together; null for no limit.</param>
    public SlotPool(int slots, long? memory, ILogger<SlotPool> logger)
    {
        (_slots, _free, _logger) = (slots, slots, logger);
        _memory = _freeMemory = memory ?? long.MaxValue;
        for (var i = 0; i < slots; i++)
        {
            // Guests recurse as deep as the engine's own stack limit allows, well within this.
            new Thread(Run, maxStackSize: 8 << 20) { IsBackground = true, Name = $"slot-{i + 1}" }.Start();
        }
    }

    /// <summary>Whether work that is queued now begins at once.</summary>
    public bool HasIdle(int slots, long memory)
    {
        lock (_gate)
            return _waiting.Count == 0 && Fit(slots) <= _free && Math.Min(memory, _memory) <= _freeMemory;
    }

    /// <summary>How many there are, and how many nobody uses.</summary>
    public (int All, int Free) Count
    {
        get
        {
            lock (_gate)
                return (_slots, _free);
        }
    }

    /// <summary>Queues work for when its slots are free. What it throws is logged: no guest may take a slot or the worker with it.</summary>
    /// <param name="slots">At least 1; more than there are counts as all.</param>
    /// <param name="memory">Bytes that it may take; more than there are counts as all.</param>
    public void Queue(Action work, int slots, long memory)
    {
        lock (_gate)
        {
            _waiting.Enqueue((work, Fit(slots), Math.Min(memory, _memory)));
            Start_NeedsLock();
        }
    }

    /// <summary>Takes no more work; the threads end when theirs is done.</summary>
    public void Dispose()
    {
        lock (_gate)
            _started.CompleteAdding();
    }

    private int Fit(int slots) => Math.Clamp(slots, 1, _slots);

    private void Start_NeedsLock()
    {
        while (!_started.IsAddingCompleted && _waiting.TryPeek(out var next) && next.Slots <= _free && next.Memory <= _freeMemory)
        {
            _waiting.Dequeue();
            _free -= next.Slots;
            _freeMemory -= next.Memory;
            _started.Add(next);
        }
    }

    private void Run()
    {
        foreach (var (work, slots, memory) in _started.GetConsumingEnumerable())
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                LogWorkFailed(e);
            }

            lock (_gate)
            {
                _free += slots;
                _freeMemory += memory;
                Start_NeedsLock();
            }
        }
    }

    [LoggerMessage(3301, LogLevel.Error, "a slot's work failed")]
    private partial void LogWorkFailed(Exception exception);
}
