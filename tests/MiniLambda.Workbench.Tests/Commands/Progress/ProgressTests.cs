using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Progress;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Tests.Commands.Progress;

public sealed class ProgressTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly StringWriter _error = new();
    private readonly SteppedClock _clock = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public void A_line_is_written_over_and_taken_away()
    {
        var line = new ProgressLine(_error, () => new TerminalSize(12, 24));
        line.Show("one");
        line.Show("one");
        line.Show("a long line of text");
        line.Erase();
        line.Erase();
        Assert.Equal("\rone\u001b[K\ra long lin…\u001b[K\r\u001b[K", _error.ToString());
    }

    [Fact]
    public void What_is_soon_over_shows_nothing()
    {
        using (var progress = new TransferProgress(new ProgressLine(_error, () => TerminalSize.Usual), "uploading f", _clock) { Total = 100 })
        {
            progress.Report(50);
            _clock.Now += TransferProgress.Unnoticed - TimeSpan.FromMilliseconds(1);
            progress.Report(100);
        }

        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void What_takes_long_is_a_bar_until_it_is_done()
    {
        using (var progress = new TransferProgress(new ProgressLine(_error, () => TerminalSize.Usual), "uploading f", _clock) { Total = 4 << 20 })
        {
            _clock.Now += TimeSpan.FromSeconds(2);
            progress.Report(1 << 20);
            progress.Report(2 << 20);
        }

        Assert.Equal("\ruploading f  [#####...............] 25%  1MiB of 4MiB, 512KiB/s\u001b[K\r\u001b[K", _error.ToString());
    }

    [Fact]
    public void Where_nobody_watches_nothing_is_shown()
    {
        ProgressLine.None.Show("anything");
        ProgressLine.None.Erase();
        Assert.False(ProgressLine.None.IsSeen);
    }

    [Fact]
    public void A_job_says_where_it_is()
    {
        var job = new Job { Id = "j-1", Worker = "attic", State = Job.Types.State.Queued, Explanation = new Explanation { Summary = "3 jobs come before it, about 5s" } };
        Assert.Equal("j-1 is queued: 3 jobs come before it, about 5s", JobProgress.Text(job, Now));
        (job.State, job.Explanation) = (Job.Types.State.Leased, new Explanation { Candidates = { new Explanation.Types.Candidate { Worker = "attic", Chosen = true } } });
        Assert.Equal("j-1 compiles on attic", JobProgress.Text(job, Now));
        job.Explanation.Candidates[0].HasModule = true;
        Assert.Equal("j-1 starts on attic", JobProgress.Text(job, Now));
        (job.State, job.StartedAt) = (Job.Types.State.Running, Timestamp.FromDateTimeOffset(Now.AddSeconds(-12.7)));
        Assert.Equal("j-1 runs on attic, 12.0s", JobProgress.Text(job, Now));
    }

    private sealed class SteppedClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
