using Grpc.Core;
using MiniLambda.Client;

namespace MiniLambda.Workbench.Commands.Live;

/// <summary>
/// Asks the orchestrator again and again and has the answers shown. One that was there before may go away: what was last known stays, with since when
/// it is away, and it is tried again with waits that double.
/// </summary>
/// <param name="ask">Makes the call, or calls, with these options.</param>
/// <param name="interval">Between an answer and the next question.</param>
internal sealed class LiveLoop<T>(Func<CallOptions, Task<T>> ask, ILiveView<T> view, TimeSpan interval, TimeProvider clock, Random random)
    where T : class
{
    /// <summary>What does not answer for so long is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private T? _data;
    private DateTimeOffset _at;
    private Absence? _absence;

    /// <summary>Goes on until it is cancelled.</summary>
    /// <exception cref="ApiException">The orchestrator is not there at first, or refuses.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            TimeSpan wait;
            try
            {
                _data = await AskAsync(cancellationToken);
                (_at, _absence, failures, wait) = (clock.GetUtcNow(), null, 0, interval);
                Show(isNew: true);
            }
            catch (ApiException e) when (_data is not null && IsPassing(e))
            {
                wait = Backoff(failures++);
                var now = clock.GetUtcNow();
                _absence = new Absence(_at, e.Message, now + wait);
                Show(isNew: false);
            }

            await WaitAsync(wait, cancellationToken);
        }
    }

    private async Task<T> AskAsync(CancellationToken cancellationToken)
    {
        var deadline = clock.GetUtcNow() + Patience;
        var asking = ask(new CallOptions(deadline: deadline.UtcDateTime, cancellationToken: cancellationToken));
        if (_absence is not null)
            _absence = _absence with { NextTry = null };
        while (_data is not null && !asking.IsCompleted)
        {
            // Meanwhile what is shown grows older, and the terminal may change its size.
            using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var waiting = view.WaitAsync(Patience, answered.Token);
            if (await Task.WhenAny(asking, waiting) == asking)
                await answered.CancelAsync();
            try
            {
                await waiting;
                Show(isNew: false);
            }
            catch (OperationCanceledException) when (asking.IsCompleted)
            {
                // The answer is there.
            }
        }

        return await asking;
    }

    private async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        for (var until = clock.GetUtcNow() + time; until - clock.GetUtcNow() is { Ticks: > 0 } rest;)
        {
            await view.WaitAsync(rest, cancellationToken);
            Show(isNew: false);
        }
    }

    private void Show(bool isNew) => view.Show(new LiveState<T>(_data!, isNew, _at, _absence));

    // The upper half is random, so that those who lost it together do not come back together.
    private TimeSpan Backoff(int failures)
    {
        var half = TimeSpan.FromTicks(Math.Min(FirstWait.Ticks << Math.Min(failures, 10), LongestWait.Ticks)) / 2;
        return half + (half * random.NextDouble());
    }

    // What the orchestrator itself refuses, with a reason, it would refuse again; unless it is that it goes away.
    private static bool IsPassing(ApiException e) => e.Status is StatusCode.Unavailable
        || (e.Reason.Length == 0 && e.Status is StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled);
}
