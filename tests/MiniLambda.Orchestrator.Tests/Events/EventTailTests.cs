using CsCheck;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Events;

namespace MiniLambda.Orchestrator.Tests.Events;

/// <summary>What is kept in memory, and the seam between it and the store.</summary>
public sealed class EventTailTests
{
    [Fact]
    public Task Whoever_is_not_behind_reads_all_that_follows_and_no_more_is_kept_than_may_be() => Gen.Int[1, 2000].Array[1, 60].SampleAsync(async sizes =>
    {
        var log = new ListedLog();
        using var tail = new EventTail(log, TimeProvider.System);
        await tail.StartAsync(default);
        foreach (var size in sizes)
            log.Append(size);

        Assert.Equal(log.Events[^1].Offset, tail.Last);
        Assert.InRange(log.Events.Count(e => e.Offset > tail.Start), 0, EventTail.MaxEvents);
        Assert.True(log.Events.Count > EventTail.MaxEvents || tail.Start == 0);
        foreach (var after in log.Events.Select(e => e.Offset).Where((_, i) => i % 97 == 0).Append(0).Append(tail.Last).Append(tail.Start))
        {
            var batches = new List<EventBatch>();
            Assert.Equal(after >= tail.Start, tail.TryRead(after, int.MaxValue, batches));
            if (after < tail.Start)
                continue;
            // Its first batch may have begun before.
            Assert.Equal(log.Events.Where(e => e.Offset > after), batches.SelectMany(b => b.Events).Where(e => e.Offset > after));
            Assert.All(batches, batch => Assert.True(batch.Last > after));
        }
    }, iter: 20);

    [Fact]
    public async Task A_commit_that_is_larger_than_all_that_may_be_kept_is_left_to_the_store()
    {
        var log = new ListedLog();
        using var tail = new EventTail(log, TimeProvider.System);
        await tail.StartAsync(default);
        log.Append(10);
        log.Append(EventTail.MaxEvents + 1);
        Assert.Equal((tail.Last, tail.Last), (tail.Start, log.Events[^1].Offset));
        log.Append(1);
        var batches = new List<EventBatch>();
        Assert.True(tail.TryRead(tail.Start, 10, batches));
        Assert.Single(batches);
    }

    [Fact]
    public async Task Readers_of_every_pace_see_each_event_once_over_the_seam_between_store_and_memory()
    {
        var log = new ListedLog();
        log.Append(500);
        using var tail = new EventTail(log, TimeProvider.System);
        await tail.StartAsync(default);
        using var feed = new EventFeed(log, tail);
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        const int total = 60_000;
        var reading = Enumerable.Range(0, 12).Select(pace => Task.Run(async () =>
        {
            using var watch = await feed.OpenAsync(EventFilter.All, 0, over.Token);
            var seen = new List<long>();
            while (seen.Count < total)
            {
                var step = await watch.NextAsync(over.Token);
                Assert.False(step.IsTrimmed);
                seen.AddRange(step.Events.Select(e => e.Offset));
                // The slow ones are overtaken by what is kept.
                for (var i = 0; i < pace * 20; i++)
                    await Task.Yield();
            }

            return seen;
        })).ToList();
        var random = new Random(1);
        while (log.Events.Count < total)
        {
            log.Append(Math.Min(random.Next(1, 300), total - log.Events.Count));
            if (random.Next(20) == 0)
                await Task.Yield();
        }

        foreach (var seen in await Task.WhenAll(reading))
            Assert.Equal(log.Events.Select(e => e.Offset), seen);
        Assert.Equal(0, feed.Open);
        await tail.StopAsync(default);
    }

    /// <summary>An event log in a list, with gaps in its offsets, whose pages and commits are like those of a store.</summary>
    private sealed class ListedLog : IEventLog
    {
        private readonly Lock _gate = new();
        private List<ClusterEvent> _events = [];
        private Action<EventBatch> _committed = static _ => { };
        private long _last;

        /// <summary>Never changed, only replaced.</summary>
        public List<ClusterEvent> Events => Volatile.Read(ref _events);

        public void Append(int count)
        {
            lock (_gate)
            {
                _last += 3;
                var batch = new EventBatch([.. Enumerable.Range(0, count).Select(_ => new ClusterEvent(++_last, default, EventKind.WorkerSuspect))]);
                Volatile.Write(ref _events, [.. _events, .. batch.Events]);
                _committed(batch);
            }
        }

        public Task<long> ListenAsync(Action<EventBatch> committed, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                _committed = committed;
                return Task.FromResult(_last);
            }
        }

        public ValueTask<IReadOnlyList<ClusterEvent>> ReadAsync(long after, int limit, CancellationToken cancellationToken)
        {
            var events = Events;
            var index = events.FindIndex(e => e.Offset > after);
            return ValueTask.FromResult<IReadOnlyList<ClusterEvent>>(index < 0 ? [] : events.GetRange(index, Math.Min(limit, events.Count - index)));
        }

        public ValueTask<long> TrimmedAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0L);

        public ValueTask<long> BeginningOfAsync(JobId job, CancellationToken cancellationToken) => ValueTask.FromResult(0L);

        public ValueTask<(long First, long Last)> RangeAsync(CancellationToken cancellationToken) => ValueTask.FromResult((1L, _last));

        public Task AppendAsync(EventKind kind, string worker, string detail, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
