using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Tests.Session;

public sealed class RedialTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_thousand_workers_whose_streams_broke_at_once_spread_over_the_window()
    {
        var (random, window) = (new Random(6), TimeSpan.FromSeconds(5));
        var perSecond = Enumerable.Range(0, 1000).Select(_ => Redial.Wait(1, window, Longest, random.NextDouble()))
            .GroupBy(wait => (int)wait.TotalSeconds).Where(second => second.Key < 5).Select(second => second.Count()).ToList();
        Assert.Equal(5, perSecond.Count);
        Assert.All(perSecond, count => Assert.InRange(count, 140, 260));
    }

    [Fact]
    public void A_lone_worker_is_back_at_once() => Assert.InRange(Redial.Wait(1, TimeSpan.FromMilliseconds(5), Longest, 1), TimeSpan.Zero, TimeSpan.FromMilliseconds(105));

    [Fact]
    public void Streams_that_break_again_and_again_are_dialled_ever_more_slowly() =>
        Assert.True(Redial.Wait(6, TimeSpan.Zero, Longest, 0.5) > 4 * Redial.Wait(1, TimeSpan.Zero, Longest, 0.5));

    [Fact]
    public void An_orchestrator_that_does_not_answer_is_never_asked_at_once() =>
        Assert.InRange(Redial.Wait(1, null, Longest, 0), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100));
}
