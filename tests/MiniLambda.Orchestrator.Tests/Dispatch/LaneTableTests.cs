using CsCheck;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Dispatch;

namespace MiniLambda.Orchestrator.Tests.Dispatch;

public sealed class LaneTableTests
{
    private static readonly JobIdGenerator Ids = new(TimeProvider.System, new Random(1));
    private static readonly Lane Here = new("a", "");

    private readonly List<ReadyEntry> _store = [];

    [Fact]
    public void Jobs_come_out_by_rank_and_then_in_order()
    {
        var table = Complete(10);
        foreach (var entry in new[] { Entry(Here, 3), Entry(Here, 1), Entry(Here, 4, rank: -5), Entry(Here, 2, rank: -5) })
            table.Add(entry, true);
        Assert.Equal([2L, 4, 1, 3], Take(table, 10));
    }

    [Fact]
    public void A_placement_that_finds_no_place_is_asked_once_and_holds_up_nobody()
    {
        var table = Complete(100);
        for (var i = 0; i < 5; i++)
            table.Add(Entry(new Lane(i % 2 == 0 ? "a" : "b", "attic"), i), true);
        table.Add(Entry(Here, 9), true);
        var asked = 0;
        var taken = table.Take(static _ => true, entry =>
        {
            asked++;
            return entry.Lane.Placement.Length == 0 ? entry : null;
        }, static () => true);
        Assert.Equal(9, Assert.Single(taken).Entry.Place.Sequence);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Once_nothing_is_free_the_other_lanes_are_not_asked()
    {
        var table = Complete(10_000);
        for (var i = 0; i < 1000; i++)
            table.Add(Entry(new Lane(i % 2 == 0 ? "a" : "b", $"f{i}"), i), true);
        var (asked, left) = (0, 3);
        var taken = table.Take(static _ => true, entry =>
        {
            asked++;
            return left-- > 0 ? entry : null;
        }, static () => false);
        Assert.Equal(3, taken.Count);
        Assert.Equal(4, asked);
    }

    [Fact]
    public void A_flood_of_one_tenant_does_not_delay_another()
    {
        var table = Complete(1000);
        for (var i = 0; i < 500; i++)
            table.Add(Entry(new Lane("flood", ""), i), true);
        Take(table, 100);
        table.Add(Entry(new Lane("single", ""), 1000), true);
        Assert.Contains(1000L, Take(table, 2));
    }

    [Fact]
    public void Tenants_share_by_their_weights()
    {
        var table = Complete(10_000, static tenant => tenant == "heavy" ? 3 : 1);
        for (var i = 0; i < 400; i++)
        {
            table.Add(Entry(new Lane("heavy", ""), i), true);
            table.Add(Entry(new Lane("light", ""), 1000 + i), true);
        }

        Assert.InRange(Take(table, 200).Count(static sequence => sequence < 1000), 149, 151);
    }

    [Fact]
    public void Who_was_served_while_alone_owes_nothing_for_it()
    {
        var table = Complete(10_000);
        for (var i = 0; i < 500; i++)
            table.Charge("early", Entry(Here, 0).Manifest);
        for (var i = 0; i < 100; i++)
        {
            table.Add(Entry(new Lane("early", ""), i), true);
            table.Add(Entry(new Lane("late", ""), 1000 + i), true);
        }

        Assert.InRange(Take(table, 20).Count(static sequence => sequence < 1000), 9, 11);
    }

    [Fact]
    public void A_tenant_at_its_limit_is_passed_over()
    {
        var table = Complete(10);
        table.Add(Entry(new Lane("full", ""), 1), true);
        table.Add(Entry(new Lane("other", ""), 2), true);
        var taken = table.Take(static tenant => tenant != "full", static entry => entry, static () => true);
        Assert.Equal([2L], taken.Select(static t => t.Entry.Place.Sequence));
    }

    [Fact]
    public void A_lane_that_nobody_can_take_stays_in_the_store_until_somebody_can()
    {
        var table = Complete(10);
        Submit(table, Entry(Here, 1), canBePlaced: false);
        Submit(table, Entry(Here, 2), canBePlaced: false);
        Assert.False(table.HasReady);
        Assert.False(table.IsHungry);
        table.Sort(static _ => true);
        Read(table);
        Assert.Equal([1L, 2], Take(table, 10));
        Assert.True(table.IsFree(Here));
    }

    [Fact]
    public void A_lane_is_free_only_when_all_are_known_and_nobody_waits_in_it()
    {
        var table = new LaneTable(10, static _ => 1, TimeProvider.System);
        Assert.False(table.IsFree(Here));
        table.IsComplete = true;
        Assert.True(table.IsFree(Here));
        table.Add(Entry(Here, 1), true);
        Assert.False(table.IsFree(Here));
        Take(table, 1);
        Assert.True(table.IsFree(Here));
    }

    [Fact]
    public void After_a_failure_of_the_store_a_lane_rests_until_it_is_resumed()
    {
        var table = Complete(10);
        Submit(table, Entry(Here, 1), true);
        Take(table, 1, isCommitted: false);
        table.Rest(Here);
        Assert.False(table.IsHungry);
        table.Resume();
        Read(table);
        Assert.Equal([1L], Take(table, 10));
    }

    private enum Step
    {
        Submit,
        Urgent,
        Take,
        Read,
        BeginRead,
        Rewind,
        Park,
    }

    [Fact]
    public void Nothing_is_lost_or_overtaken_within_its_lane_whatever_comes()
    {
        var steps = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 3]).Array[1, 120];
        steps.Sample(sequence =>
        {
            _store.Clear();
            var table = Complete(8);
            var submitted = new List<long>();
            var taken = new List<ReadyEntry>();
            (LaneQueue Lane, LanePage Page, List<ReadyEntry> Read)? underWay = null;
            var number = 0L;
            foreach (var (step, lane) in sequence)
            {
                switch (step)
                {
                    case Step.Submit or Step.Urgent:
                        var entry = Entry(new Lane($"t{lane % 2}", $"p{lane / 2}"), ++number, rank: step == Step.Urgent ? -10 : 0);
                        submitted.Add(number);
                        Submit(table, entry, true);
                        break;
                    case Step.Take:
                        taken.AddRange(TakeEntries(table, lane + 1));
                        break;
                    case Step.BeginRead when underWay is null && table.BeginRead() is { } begun:
                        // What the store shows now comes back only later.
                        underWay = (begun.Lane, begun.Page, Page(begun.Lane.Lane, begun.Page));
                        break;
                    case Step.Read when underWay is { } ended:
                        EndRead(table, ended.Lane, ended.Page, ended.Read);
                        underWay = null;
                        break;
                    case Step.Rewind:
                        table.Rewind(new Lane($"t{lane % 2}", $"p{lane / 2}"));
                        break;
                    case Step.Park:
                        table.Sort(static _ => false);
                        table.Sort(static _ => true);
                        break;
                }
            }

            if (underWay is { } left)
                EndRead(table, left.Lane, left.Page, left.Read);
            do
            {
                Read(table);
                taken.AddRange(TakeEntries(table, 100));
            }
            while (table.HasReady || table.IsHungry);
            return taken.Select(static entry => entry.Place.Sequence).Order().SequenceEqual(submitted);
        }, iter: 1000, threads: 1);
    }

    // Claims are made in the store at once, so that what is read again after is not there any more.
    private List<ReadyEntry> TakeEntries(LaneTable table, int count)
    {
        var left = count;
        var taken = table.Take(static _ => true, entry => left-- > 0 ? entry : null, static () => true).ConvertAll(static t => t.Entry);
        // A job that was read twice finds its second claim refused.
        return taken.FindAll(entry => _store.RemoveAll(stored => stored.Id == entry.Id) > 0);
    }

    private List<long> Take(LaneTable table, int count, bool isCommitted = true)
    {
        var left = count;
        var taken = table.Take(static _ => true, entry => left-- > 0 ? entry : null, static () => true).ConvertAll(static t => t.Entry);
        if (isCommitted)
            _store.RemoveAll(stored => taken.Exists(entry => entry.Id == stored.Id));
        return taken.ConvertAll(static entry => entry.Place.Sequence);
    }

    private void Submit(LaneTable table, ReadyEntry entry, bool canBePlaced)
    {
        _store.Add(entry);
        table.Add(entry, canBePlaced);
    }

    private void Read(LaneTable table)
    {
        while (table.BeginRead() is { } next)
            EndRead(table, next.Lane, next.Page, Page(next.Lane.Lane, next.Page));
    }

    private List<ReadyEntry> Page(Lane lane, LanePage page) => _store.Where(entry => entry.Lane == lane)
        .OrderBy(static entry => entry.Place.Rank).ThenBy(static entry => entry.Place.Sequence)
        .Where(entry => page.After is not { } after || (entry.Place.Rank, entry.Place.Sequence).CompareTo((after.Rank, after.Sequence)) > 0)
        .Take(page.Limit).ToList();

    private static void EndRead(LaneTable table, LaneQueue lane, LanePage page, List<ReadyEntry> entries) => table.EndRead(
        lane, page, entries.ConvertAll(static entry => new ReadyJob(
            entry.Id, entry.Place.Sequence, entry.Place.Rank, entry.Function.Name, 1, JobOverrides.None, entry.Lane)), entries, static _ => true);

    private static LaneTable Complete(int window, Func<string, double>? weight = null) =>
        new(window, weight ?? (static _ => 1), TimeProvider.System) { IsComplete = true };

    private static ReadyEntry Entry(Lane lane, long sequence, long rank = 0)
    {
        var manifest = new FunctionManifest { Name = FunctionName.Parse("f"), Module = "f.wasm" };
        var function = new FunctionVersion(Lane.DefaultTenant, manifest.Name, 1, BlobDigest.Of("m"u8), 1, "", manifest, DateTimeOffset.UnixEpoch);
        return new ReadyEntry(Ids.Next(), new ReadyCursor(rank, sequence), lane, function, manifest);
    }
}
