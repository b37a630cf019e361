using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class JobTablesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_job_that_waits_has_dashes_where_nothing_is_known_yet()
    {
        Assert.Equal(["j-1", "resize@3", "-", "queued", "-", "90s"], Row(Queued(), wide: false));
        Assert.Equal(["j-1", "resize@3", "-", "queued", "0", "-", "-", "-", "90s", "", "0", "-"], Row(Queued(), wide: true));
    }

    [Fact]
    public void A_wide_list_says_why_a_job_waits()
    {
        var job = Queued();
        job.Unplaceable = "no worker has the label gpu=true";
        Assert.Equal("waits: no worker has the label gpu=true", Row(job, wide: true)[^1]);
        job.Message = "the worker vanished";
        Assert.Equal("waits: no worker has the label gpu=true (last attempt: the worker vanished)", Row(job, wide: true)[^1]);
    }

    [Fact]
    public void A_job_that_runs_shows_how_long_it_has_been_running()
    {
        var job = Queued();
        (job.State, job.StartedAt, job.Worker) = (Job.Types.State.Running, Timestamp.FromDateTimeOffset(Now.AddSeconds(-3)), "attic");
        Assert.Equal(["j-1", "resize@3", "attic", "running", "3.0s", "90s"], Row(job, wide: false));
        job.StartedAt = null;
        Assert.Equal("-", Row(job, wide: false)[4]);
    }

    [Fact]
    public void A_finished_job_shows_where_the_time_went()
    {
        var shown = Shown(Finished());
        Assert.Equal("failed (dead letter)", shown["state"]);
        Assert.Equal("3", shown["exit code"]);
        Assert.Equal("2026-05-01 11:58:30Z (90s ago)", shown["submitted"]);
        Assert.Equal("2KiB (sha256 abcdefabcdef)", shown["result"]);
        Assert.Equal("20.0ms (compiled)", shown["compile"]);
        Assert.Equal("1.5ms", shown["run"]);
        Assert.Equal("attic: worker-lost", shown["attempt 1"]);
        Assert.Equal("cellar: exit - exit code 3", shown["attempt 2"]);
    }

    [Fact]
    public void A_single_attempt_is_not_told_twice()
    {
        var job = Finished();
        job.Attempts.RemoveAt(0);
        Assert.DoesNotContain(Shown(job).Keys, name => name.StartsWith("attempt ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_job_that_backs_off_says_when_it_is_tried_next()
    {
        var job = Queued();
        job.NotBefore = Timestamp.FromDateTimeOffset(Now.AddSeconds(8));
        Assert.Equal("in 8.0s", Shown(job)["next attempt"]);
        job.NotBefore = Timestamp.FromDateTimeOffset(Now.AddSeconds(-8));
        Assert.DoesNotContain("next attempt", Shown(job).Keys);
    }

    [Fact]
    public void An_attempt_that_has_no_outcome_runs_or_was_handed_back()
    {
        var job = Finished();
        job.Attempts[0].Outcome = Attempt.Types.Outcome.Unspecified;
        Assert.Equal("attic: runs", Shown(job)["attempt 1"]);
        job.Attempts[0].FinishedAt = Timestamp.FromDateTimeOffset(Now);
        Assert.Equal("attic: handed back", Shown(job)["attempt 1"]);
    }

    [Theory]
    [InlineData("TimedOut", "timed-out")]
    [InlineData("Queued", "queued")]
    [InlineData("MemoryLimit", "memory-limit")]
    public void Names_of_the_protocol_are_read_as_words(string name, string word) => Assert.Equal(word, JobTables.Word(name));

    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(7199, "119m")]
    [InlineData(7200, "2h")]
    [InlineData(48 * 3600, "2d")]
    public void An_age_is_told_in_one_unit(int seconds, string age) =>
        Assert.Equal(age, JobTables.Age(Timestamp.FromDateTimeOffset(Now.AddSeconds(-seconds)), Now));

    private static Job Queued() => new()
    {
        Id = "j-1",
        Function = "resize",
        Version = 3,
        State = Job.Types.State.Queued,
        CreatedAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-90)),
    };

    private static Job Finished()
    {
        var job = Queued();
        (job.State, job.DeadLettered, job.ExitCode, job.ResultSize, job.ResultDigest) = (Job.Types.State.Failed, true, 3, 2048, "abcdefabcdef0123");
        job.Usage = new Usage
        {
            Compile = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(20)),
            Run = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1.5)),
            Artifact = Usage.Types.Artifact.Compiled,
        };
        job.Attempts.Add(new Attempt { Number = 1, Worker = "attic", Outcome = Attempt.Types.Outcome.WorkerLost });
        job.Attempts.Add(new Attempt { Number = 2, Worker = "cellar", Outcome = Attempt.Types.Outcome.Exit, Message = "exit code 3" });
        return job;
    }

    private static IReadOnlyList<string> Row(Job job, bool wide) => Assert.Single(JobTables.List([job], wide, Now).Rows);

    private static Dictionary<string, string> Shown(Job job) => JobTables.Show(job, Now).Rows.ToDictionary(row => row[0], row => row[1]);
}
