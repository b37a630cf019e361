using System.Collections.Concurrent;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Worker.Execution;

/// <summary>Every attempt that this worker holds.</summary>
internal sealed class AttemptTable
{
    private readonly ConcurrentDictionary<(JobId, int), HeldAttempt> _attempts = new();
    private TaskCompletionSource? _changed;

    public IEnumerable<HeldAttempt> All => _attempts.Values;

    public bool IsEmpty => _attempts.IsEmpty;

    /// <summary>Whether no attempt waits or runs; the ends of some may still have to be delivered.</summary>
    public bool IsIdle => All.All(static attempt => attempt.Stage == AttemptStage.Ended);

    public bool TryAdd(HeldAttempt attempt) => _attempts.TryAdd((attempt.Id, attempt.Number), attempt);

    public HeldAttempt? Find(JobId id, int number) => _attempts.GetValueOrDefault((id, number));

    /// <summary>Ends an attempt that is in this stage; false when it is not (any more). Of two who try, one wins.</summary>
    public bool TryEnd(HeldAttempt attempt, AttemptStage from)
    {
        if (!attempt.TryMove(from, AttemptStage.Ended))
            return false;
        Signal();
        return true;
    }

    /// <summary>Forgets an attempt whose end is settled.</summary>
    public void Remove(HeldAttempt attempt)
    {
        if (!_attempts.TryRemove((attempt.Id, attempt.Number), out _))
            return;
        attempt.Dispose();
        Signal();
    }

    /// <summary>Waits until the table is as asked for, or the time is over. One at a time may wait.</summary>
    public async Task WaitAsync(Func<AttemptTable, bool> reached, TimeSpan atMost, TimeProvider clock)
    {
        using var over = new CancellationTokenSource(atMost, clock);
        while (!over.IsCancellationRequested)
        {
            var changed = _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (reached(this))
                return;
            await changed.Task.WaitAsync(over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Signal() => Volatile.Read(ref _changed)?.TrySetResult();
}
