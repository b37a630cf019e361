using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Top;

namespace MiniLambda.Workbench.Tests.Commands.Top;

public sealed class TopLinesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TopLook Plain = new(HasBars: false, HasBlocks: false, IsWide: false, IsColored: false);

    [Fact]
    public void A_cluster_is_told_in_numbers() => Assert.Equal(
        [
            "nodes  1 of 2 here, 1 of 4 slots busy",
            "jobs   1 running, 0 leased, 12 queued",
            "rates  41.0/s submitted, 40.5/s succeeded, 0.0/s failed",
            "p95    3.0ms whole: 1.0ms queue, - attempt",
            "",
            "NODE    STATUS  SLOTS  CPU  MEMORY     SEEN",
            "laptop  ready   1/4    71%  1GiB/4GiB  2s",
            "nas     away    -      -    -          4m",
            "",
            "JOB  FUNCTION  NODE    STATE    TIME  AGE",
            "j-1  resize@3  laptop  running  3.0s  12s",
        ],
        TopLines.Of(Snapshot(), Plain, Now));

    [Fact]
    public void An_orchestrator_that_counts_no_rates_leaves_them_out()
    {
        var snapshot = Snapshot();
        snapshot.Cluster.Throughput = null;
        Assert.DoesNotContain(TopLines.Of(snapshot, Plain, Now), line => line.StartsWith("rates", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_cluster_says_so()
    {
        var lines = TopLines.Of(new TopSnapshot(new ClusterInfo(), [], []), Plain, Now).ToList();
        Assert.Contains("no workers", lines);
        Assert.Contains("nothing runs", lines);
    }

    [Fact]
    public void Loads_are_bars_on_a_terminal() => Assert.Contains(
        "laptop  ready   ██░░░░░░ 1/4  ██████░░ 71%  ██░░░░░░ 1GiB/4GiB  2s", TopLines.Of(Snapshot(), Plain with { HasBars = true, HasBlocks = true }, Now));

    [Theory]
    [InlineData(0, "........")]
    [InlineData(0.001, "#.......")]
    [InlineData(0.5, "####....")]
    [InlineData(1, "########")]
    [InlineData(7, "########")]
    [InlineData(-1, "........")]
    public void A_bar_never_leaves_its_frame_and_something_is_never_nothing(double part, string bar) => Assert.Equal(bar, TopLines.Bar(part, hasBlocks: false));

    private static TopSnapshot Snapshot() => new(
        new ClusterInfo
        {
            QueuedJobs = 12,
            RunningJobs = 1,
            Throughput = new Throughput { Submitted = 41, Succeeded = 40.5, Whole = Of(3), Queue = Of(1), Attempt = new Latency() },
        },
        [
            new WorkerInfo
            {
                Name = "laptop",
                Status = WorkerInfo.Types.Status.Ready,
                BusySlots = 1,
                LastSeenAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-2)),
                Load = new WorkerLoad { CpuFraction = 0.71, MemoryUsed = 1L << 30 },
                Capabilities = new WorkerCapabilities { Slots = 4, Memory = 4L << 30 },
            },
            new WorkerInfo { Name = "nas", Status = WorkerInfo.Types.Status.Away, LastSeenAt = Timestamp.FromDateTimeOffset(Now.AddMinutes(-4)) },
        ],
        [
            new Job
            {
                Id = "j-1",
                Function = "resize",
                Version = 3,
                Worker = "laptop",
                State = Job.Types.State.Running,
                CreatedAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-12)),
                StartedAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-3)),
            },
        ]);

    private static Latency Of(int milliseconds) => new() { P95 = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds)) };
}
