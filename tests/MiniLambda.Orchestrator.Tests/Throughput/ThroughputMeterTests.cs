using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Throughput;

namespace MiniLambda.Orchestrator.Tests.Throughput;

public sealed class ThroughputMeterTests
{
    private static readonly DateTimeOffset T0 = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(T0);
    private readonly ThroughputMeter _meter;

    public ThroughputMeterTests() => _meter = new ThroughputMeter(_clock);

    [Fact]
    public void Nothing_is_known_before_anything_happened()
    {
        var view = _meter.View();
        Assert.Equal((0, 0, 0, null), (view.Submitted, view.Succeeded, view.Failed, view.Whole.P50));
    }

    [Fact]
    public void Rates_are_those_of_the_last_ten_seconds()
    {
        for (var second = 0; second < 30; second++)
        {
            for (var i = 0; i < 20; i++)
                _meter.Moved(Job(JobState.Queued), default);
            for (var i = 0; i < 10; i++)
                _meter.Moved(Job(JobState.Succeeded, 1, 2), JobState.Running);
            _meter.Moved(Job(JobState.Failed, 1, 2), JobState.Running);
            _meter.Moved(Job(JobState.TimedOut, 1, 2), JobState.Running);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        // The second that begins now is empty, and counts for nothing yet.
        var view = _meter.View();
        Assert.Equal((20, 10, 2), (view.Submitted, view.Succeeded, view.Failed));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange(_meter.View().Submitted, 8, 12);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(0, _meter.View().Submitted);
    }

    [Fact]
    public void Latencies_are_those_of_the_last_minute()
    {
        for (var i = 0; i < 95; i++)
            _meter.Moved(Job(JobState.Succeeded, 0.010, 0.110), JobState.Running);
        for (var i = 0; i < 5; i++)
            _meter.Moved(Job(JobState.Failed, 2, 3), JobState.Running);

        var view = _meter.View();
        Near(0.010, view.Queue.P50);
        Near(0.100, view.Attempt.P50);
        Near(0.110, view.Whole.P95);
        Near(2, view.Queue.P99);
        Near(1, view.Attempt.P99);
        Near(3, view.Whole.P99);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(_meter.View().Whole.P50);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_meter.View().Whole.P50);
    }

    [Fact]
    public void A_ring_that_went_round_counts_anew()
    {
        for (var minute = 0; minute < 5; minute++)
        {
            _meter.Moved(Job(JobState.Succeeded, minute + 1, minute + 2), JobState.Running);
            _clock.Advance(TimeSpan.FromSeconds(64));
            Assert.Null(_meter.View().Whole.P50);
        }

        _meter.Moved(Job(JobState.Succeeded, 7, 8), JobState.Running);
        Near(7, _meter.View().Queue.P50);
    }

    [Fact]
    public void One_that_was_cancelled_or_is_under_way_says_nothing_of_how_long_jobs_take()
    {
        _meter.Moved(Job(JobState.Cancelled, 1, 2), JobState.Running);
        _meter.Moved(Job(JobState.Running, 1, null), JobState.Leased);
        // One that waited in vain was never leased.
        _meter.Moved(Job(JobState.Failed, null, 5), JobState.Queued);

        var view = _meter.View();
        Assert.Equal((1, null), (view.Failed, view.Queue.P50));
        Near(5, view.Whole.P99);
    }

    [Fact]
    public void A_percentile_is_near_whatever_its_size() => Gen.Long[0, 1L << 40].Array[1, 200].Sample(micros =>
    {
        var histogram = new LatencyHistogram();
        foreach (var value in micros)
            histogram.Add(TimeSpan.FromMicroseconds(value));
        var totals = LatencyHistogram.NewTotals();
        histogram.AddTo(totals);
        var sorted = micros.Order().ToArray();
        foreach (var fraction in new[] { 0.5, 0.95, 0.99, 1 })
        {
            var exact = sorted[(int)Math.Ceiling(sorted.Length * fraction) - 1];
            Assert.InRange(LatencyHistogram.Percentile(totals, fraction)!.Value.TotalMicroseconds, (exact * 0.93) - 1, (exact * 1.07) + 1);
        }
    });

    [Fact]
    public void Durations_that_cannot_be_are_counted_at_the_ends()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromHours(-1));
        histogram.Add(TimeSpan.MaxValue);
        var totals = LatencyHistogram.NewTotals();
        histogram.AddTo(totals);
        Assert.Equal((TimeSpan.Zero, 2), (LatencyHistogram.Percentile(totals, 0.5), totals.Sum()));
    }

    private static void Near(double seconds, TimeSpan? found) => Assert.InRange(found!.Value.TotalSeconds, seconds * 0.93, seconds * 1.07);

    /// <param name="leased">Seconds after it was submitted.</param>
    /// <param name="finished">The same.</param>
    private static JobRecord Job(JobState state, double? leased = null, double? finished = null) => new(
        default, 1, 1, FunctionName.Parse("f"), 1, JobOverrides.None, 0, 0, T0,
        new JobStatus
        {
            State = state,
            NotBefore = T0,
            LeasedAt = leased is { } l ? T0.AddSeconds(l) : null,
            FinishedAt = finished is { } f ? T0.AddSeconds(f) : null,
        },
        new Lane(Lane.DefaultTenant, ""));
}
