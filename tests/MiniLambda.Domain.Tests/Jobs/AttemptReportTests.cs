using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Tests.Jobs;

public sealed class AttemptReportTests
{
    [Fact]
    public void A_failure_says_what_happened_and_claims_nothing_else()
    {
        var report = AttemptReport.Failure(AttemptOutcome.WorkerLost, "worker 'pi' vanished");
        Assert.Equal((AttemptOutcome.WorkerLost, "worker 'pi' vanished"), (report.Outcome, report.Message));
        Assert.Null(report.ExitCode);
        Assert.Equal(Payload.Empty, report.Stdout);
        Assert.False(report.LogsTruncated);
        Assert.Equal(AttemptUsage.None, report.Usage);
    }

    [Fact]
    public void No_usage_is_all_zero() => Assert.Equal(
        new AttemptUsage
        {
            Fetch = TimeSpan.Zero,
            Compile = TimeSpan.Zero,
            Start = TimeSpan.Zero,
            Run = TimeSpan.Zero,
            Cpu = TimeSpan.Zero,
            Fuel = 0,
            PeakMemoryBytes = 0,
            Artifact = ArtifactSource.None,
        },
        AttemptUsage.None);

    [Fact]
    public void Stored_numbers_have_not_changed()
    {
        Assert.Equal(
            "Queued=1 Leased=2 Running=3 Succeeded=4 Failed=5 TimedOut=6 Cancelled=7", Numbers<JobState>());
        Assert.Equal(
            "Succeeded=1 Exit=2 Trap=3 Timeout=4 MemoryLimit=5 FuelLimit=6 OutputLimit=7 Cancelled=8 BadModule=9 WorkerLost=10 WorkerFailed=11 "
            + "ScratchLimit=12 OpenFilesLimit=13 Expired=14 HostDied=15",
            Numbers<AttemptOutcome>());
        Assert.Equal("None=0 Compiled=1 Disk=2 Memory=3", Numbers<ArtifactSource>());
    }

    private static string Numbers<T>()
        where T : struct, Enum => string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={value:D}"));
}
