namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>Calls at the earliest of the moments that it was told of.</summary>
internal sealed class DueClock(TimeProvider clock, Action fire) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private DateTimeOffset _at = DateTimeOffset.MaxValue;
    private bool _disposed;

    public void Schedule(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (at >= _at || _disposed)
                return;
            _at = at;
            // A little late rather than a little early: a timer that fires before the moment would find nothing. The wall clock may jump, so it
            // is looked at once a minute.
            var wait = at - clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
            var delay = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : wait;
            if (_timer is null)
                _timer = clock.CreateTimer(_ => Fire(), null, delay, Timeout.InfiniteTimeSpan);
            else
                _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Fire()
    {
        lock (_gate)
            _at = DateTimeOffset.MaxValue;
        fire();
    }
}
