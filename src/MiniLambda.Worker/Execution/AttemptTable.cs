using System.Collections.Concurrent;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Worker.Execution;

/// <summary>Every attempt that this worker holds.</summary>
internal sealed class AttemptTable
{
    private readonly ConcurrentDictionary<(JobId, int), HeldAttempt> _attempts = new();

    public IEnumerable<HeldAttempt> All => _attempts.Values;

    public bool IsEmpty => _attempts.IsEmpty;

    public bool TryAdd(HeldAttempt attempt) => _attempts.TryAdd((attempt.Id, attempt.Number), attempt);

    public HeldAttempt? Find(JobId id, int number) => _attempts.GetValueOrDefault((id, number));

    /// <summary>Forgets an attempt whose end is settled.</summary>
    public void Remove(HeldAttempt attempt)
    {
        if (_attempts.TryRemove((attempt.Id, attempt.Number), out _))
            attempt.Dispose();
    }
}
