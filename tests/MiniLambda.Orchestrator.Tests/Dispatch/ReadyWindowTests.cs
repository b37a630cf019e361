using CsCheck;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Dispatch;

namespace MiniLambda.Orchestrator.Tests.Dispatch;

public sealed class ReadyWindowTests
{
    private static readonly JobIdGenerator Ids = new(TimeProvider.System, new Random(1));

    [Fact]
    public void Jobs_come_out_by_priority_and_then_in_order()
    {
        var window = new ReadyWindow(10);
        foreach (var entry in new[] { Entry(3), Entry(1), Entry(2, priority: 5), Entry(4, priority: 5) })
            Assert.Null(window.Offer(entry));
        Assert.Equal([2L, 4, 1, 3], window.Take(entry => entry).Select(taken => taken.Entry.Sequence));
        Assert.Equal(10, window.Room);
    }

    [Fact]
    public void A_line_that_finds_no_place_does_not_hold_up_the_others()
    {
        var window = new ReadyWindow(10);
        for (var i = 0; i < 5; i++)
            window.Offer(Entry(i, room: "attic"));
        window.Offer(Entry(9));
        var asked = 0;
        var taken = window.Take(entry =>
        {
            asked++;
            return entry.Manifest.Placement.Labels.Count == 0 ? entry : null;
        });
        Assert.Equal(9, Assert.Single(taken).Entry.Sequence);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void A_full_window_leaves_out_the_last_of_the_longest_line()
    {
        var window = new ReadyWindow(4);
        for (var i = 0; i < 4; i++)
            window.Offer(Entry(i, room: "attic"));
        var other = Entry(9);
        Assert.Equal(Entry(0, room: "attic").Line, window.Offer(other));
        Assert.Equal([0L, 1, 2, 9], window.Take(entry => entry).Select(taken => taken.Entry.Sequence));
    }

    [Fact]
    public void Lines_that_nobody_can_take_go_out_of_the_way()
    {
        var window = new ReadyWindow(4);
        window.Offer(Entry(1, room: "attic"));
        window.Offer(Entry(2));
        window.RemoveLines(manifest => manifest.Placement.Labels.Count == 0);
        Assert.Equal(2, Assert.Single(window.Take(entry => entry)).Entry.Sequence);
    }

    [Fact]
    public void Nothing_is_lost_or_doubled_whatever_comes()
    {
        Gen.Select(Gen.Int[0, 40], Gen.Int[-2, 2], Gen.Int[0, 3]).Array[0, 200].Sample(offers =>
        {
            const int capacity = 8;
            var window = new ReadyWindow(capacity);
            var entries = offers.DistinctBy(offer => offer.Item1)
                .Select(offer => Entry(offer.Item1, offer.Item2, offer.Item3 == 0 ? "" : $"r{offer.Item3}")).ToList();
            var leftOut = entries.Count(entry => window.Offer(entry) is not null);
            var taken = window.Take(entry => entry).Select(t => t.Entry).ToList();
            return taken.Count == Math.Min(entries.Count, capacity) && taken.Count + leftOut == entries.Count
                && taken.Distinct().Count() == taken.Count
                && taken.SequenceEqual(taken.OrderByDescending(entry => entry.Priority).ThenBy(entry => entry.Sequence));
        });
    }

    private static ReadyEntry Entry(long sequence, int priority = 0, string room = "")
    {
        var labels = new Dictionary<string, string>();
        if (room.Length > 0)
            labels["room"] = room;
        var manifest = new FunctionManifest
        {
            Name = FunctionName.Parse("f"), Module = "f.wasm", Placement = new PlacementSpec { Labels = labels },
        };
        var function = new FunctionVersion(manifest.Name, 1, BlobDigest.Of("m"u8), 1, "", manifest, DateTimeOffset.UnixEpoch);
        return new ReadyEntry(Ids.Next(), sequence, priority, function, manifest);
    }
}
