namespace MiniLambda.Client.Streams;

/// <summary>
/// How long a stream that breaks is opened again: the orchestrator must have answered once, and is then waited for from its first failure on, with
/// waits that double and of which the upper half is random, so that those who lost it together do not come back together.
/// </summary>
internal sealed class Outage(TimeProvider clock, Random random)
{
    /// <summary>How long an orchestrator that was there before may be away: it stops, is replaced, starts.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>A stream that was open for so long was a good one, whether or not there was something to tell.</summary>
    internal static readonly TimeSpan GoodStream = TimeSpan.FromSeconds(5);

    private const int FirstWaitMilliseconds = 100;
    private const int MaxDoublings = 5;

    private bool _everAnswered;
    private long? _opened;
    private long _firstFailure;
    private int _failures;

    /// <summary>The orchestrator took the call: it is there, even when it has nothing to tell yet.</summary>
    public void Opened() => (_everAnswered, _opened) = (true, clock.GetTimestamp());

    /// <summary>Something came: this stream is a good one, however long it holds.</summary>
    public void Received() => (_everAnswered, _failures) = (true, 0);

    /// <summary>The call failed: says how long to wait until it is made again; false when it is over.</summary>
    public bool TryGoOn(out TimeSpan wait)
    {
        if (_opened is { } opened && clock.GetElapsedTime(opened) >= GoodStream)
            _failures = 0;
        _opened = null;
        if (_failures == 0)
            _firstFailure = clock.GetTimestamp();
        var half = TimeSpan.FromMilliseconds(FirstWaitMilliseconds << Math.Min(_failures++, MaxDoublings)) / 2;
        wait = half + (half * random.NextDouble());
        return _everAnswered && clock.GetElapsedTime(_firstFailure) < Patience;
    }
}
