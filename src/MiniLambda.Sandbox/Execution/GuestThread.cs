using System.Diagnostics;
using System.Runtime.ExceptionServices;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Execution;

/// <summary>A thread that runs one guest after the other, so that whoever waits for a guest can give up on it.</summary>
internal sealed class GuestThread
{
    /// <summary>Guests recurse as deep as the engine's own stack limit allows, well within this.</summary>
    private const int StackBytes = 8 << 20;

    private readonly object _gate = new();
    private GuestTask? _next;
    private bool _ended;

    public GuestThread() => new Thread(Work, StackBytes) { IsBackground = true, Name = "guest" }.Start();

    /// <summary>Begins a guest; the one before must be done.</summary>
    public GuestTask Begin(Func<ExecutionResult> guest)
    {
        var task = new GuestTask(guest);
        lock (_gate)
        {
            _next = task;
            Monitor.Pulse(_gate);
        }

        return task;
    }

    /// <summary>The thread ends when its guest is done.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Work()
    {
        while (true)
        {
            GuestTask task;
            lock (_gate)
            {
                while (_next is null)
                {
                    if (_ended)
                        return;
                    Monitor.Wait(_gate);
                }

                (task, _next) = (_next, null);
            }

            task.Execute();
        }
    }
}

/// <summary>One guest on a <see cref="GuestThread"/>.</summary>
internal sealed class GuestTask(Func<ExecutionResult> guest)
{
    private readonly object _gate = new();
    private ExecutionResult? _result;
    private ExceptionDispatchInfo? _failure;
    private Action? _whenDone;
    private bool _done;

    /// <summary>Waits for the guest, and a little longer than its deadline or a cancel. Null when it is done, else why it is given up.</summary>
    public AttemptOutcome? Wait(TimeSpan timeout, TimeSpan grace, CancellationToken cancellationToken)
    {
        using var cancelled = cancellationToken.UnsafeRegister(static task => ((GuestTask)task!).Pulse(), this);
        if (WaitUntil(timeout + grace, cancellationToken))
            return null;
        if (!cancellationToken.IsCancellationRequested)
            return AttemptOutcome.Timeout;
        return WaitUntil(grace, CancellationToken.None) ? null : AttemptOutcome.Cancelled;
    }

    /// <summary>What became of a guest that is done.</summary>
    public ExecutionResult Result()
    {
        _failure?.Throw();
        return _result!;
    }

    /// <summary>Calls back when the guest is done, on its thread; at once when it is already.</summary>
    public void WhenDone(Action action)
    {
        lock (_gate)
        {
            if (!_done)
            {
                _whenDone = action;
                return;
            }
        }

        action();
    }

    public void Execute()
    {
        try
        {
            _result = guest();
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }

        Action? whenDone;
        lock (_gate)
        {
            _done = true;
            whenDone = _whenDone;
            Monitor.PulseAll(_gate);
        }

        whenDone?.Invoke();
    }

    private void Pulse()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private bool WaitUntil(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!_done && !cancellationToken.IsCancellationRequested)
            {
                var left = atMost - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    break;
                Monitor.Wait(_gate, left < TimeSpan.FromDays(1) ? left : TimeSpan.FromDays(1));
            }

            return _done;
        }
    }
}
