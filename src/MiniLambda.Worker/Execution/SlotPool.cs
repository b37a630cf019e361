using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Worker.Execution;

/// <summary>The slots: one thread each, made once, that run guests. A guest blocks its thread for as long as it runs, so it gets none of the pool's.</summary>
internal sealed partial class SlotPool : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread[] _threads;
    private readonly ILogger<SlotPool> _logger;
    private int _idle;

    public SlotPool(int slots, ILogger<SlotPool> logger)
    {
        _logger = logger;
        _idle = slots;
        _threads = new Thread[slots];
        for (var i = 0; i < slots; i++)
        {
            // Guests recurse as deep as the engine's own stack limit allows, well within this.
            _threads[i] = new Thread(Run, maxStackSize: 8 << 20) { IsBackground = true, Name = $"slot-{i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Whether work that is queued now begins at once.</summary>
    public bool HasIdle => Volatile.Read(ref _idle) > 0;

    /// <summary>Queues work for the next free slot. What it throws is logged: no guest may take a slot or the worker with it.</summary>
    public void Queue(Action work)
    {
        Interlocked.Decrement(ref _idle);
        _work.Add(work);
    }

    /// <summary>Takes no more work; the threads end when theirs is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                LogWorkFailed(e);
            }

            Interlocked.Increment(ref _idle);
        }
    }

    [LoggerMessage(3301, LogLevel.Error, "a slot's work failed")]
    private partial void LogWorkFailed(Exception exception);
}
