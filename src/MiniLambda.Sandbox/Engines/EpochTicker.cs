using Wasmtime;

namespace MiniLambda.Sandbox.Engines;

/// <summary>
/// Advances the engines' epoch while guests run, so that each guest looks up every few milliseconds whether it is to stop. A thread of its own:
/// a busy thread pool must not be able to delay a deadline.
/// </summary>
internal sealed class EpochTicker : IDisposable
{
    /// <summary>Time between two ticks in ms: how late a deadline or a cancel may be seen.</summary>
    public const int PeriodMilliseconds = 5;

    private readonly Lock _gate = new();
    private readonly List<Engine> _engines = [];
    private readonly ManualResetEventSlim _wanted = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ManualResetEvent _never = new(initialState: false);
    private int _guests;

    public EpochTicker() => new Thread(Run) { IsBackground = true, Name = "epoch-ticker", Priority = ThreadPriority.AboveNormal }.Start();

    public void Add(Engine engine)
    {
        lock (_gate)
            _engines.Add(engine);
    }

    /// <summary>A guest begins.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref _guests) == 1 && !_wanted.IsSet)
            _wanted.Set();
    }

    /// <summary>A guest ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _guests);

    /// <summary>The ticks end with the last guest: one that runs still has to see its deadline.</summary>
    public void Dispose() => _stopping.Cancel();

    private void Run()
    {
        var token = _stopping.Token;
        var idleTicks = 0;
        while (!token.IsCancellationRequested || Volatile.Read(ref _guests) > 0)
        {
            _never.WaitOne(PeriodMilliseconds);
            lock (_gate)
            {
                foreach (var engine in _engines)
                    engine.IncrementEpoch();
            }

            // Guests come in bursts: the thread only goes to sleep after a while without any.
            idleTicks = Volatile.Read(ref _guests) == 0 ? idleTicks + 1 : 0;
            if (idleTicks < 20)
                continue;
            _wanted.Reset();
            if (Volatile.Read(ref _guests) == 0)
            {
                try
                {
                    _wanted.Wait(token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            idleTicks = 0;
        }
    }
}
