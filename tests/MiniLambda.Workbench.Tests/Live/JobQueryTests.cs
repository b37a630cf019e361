using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Tests.Screens.Shell;

namespace MiniLambda.Workbench.Tests.Live;

public sealed class JobQueryTests
{
    private static readonly IReadOnlyList<Job> Jobs = FixedCluster.Home().Jobs.Jobs;

    [Theory]
    [InlineData("", "9876")]
    [InlineData("ocr", "8")]
    [InlineData("!ocr", "976")]
    [InlineData("OCR", "8")]
    [InlineData("state:failed", "8")]
    [InlineData("state:failed,running", "98")]
    [InlineData("!state:failed", "976")]
    [InlineData("fn:resize", "97")]
    [InlineData("fn:resize@3 node:nas", "9")]
    [InlineData("fn:resize@2", "")]
    [InlineData("node:nas", "96")]
    [InlineData("age<1m", "9")]
    [InlineData("age>1h", "6")]
    [InlineData("!age>1h resize", "97")]
    [InlineData("dead", "")]
    [InlineData("exited", "8")]
    public void All_terms_have_to_be_true(string text, string last)
    {
        Assert.True(JobQuery.TryParse(text, out var query, out _));

        Assert.Equal(last, string.Concat(Jobs.Where(job => query.Matches(job, FixedCluster.Now)).Select(job => job.Id[^1])));
    }

    [Fact]
    public void An_age_beyond_all_time_is_as_old_as_can_be()
    {
        Assert.True(JobQuery.TryParse("age<10000000d", out var query, out _));

        Assert.Equal(0, query.ToRequest(FixedCluster.Now).CreatedAfter.Seconds);
    }

    [Theory]
    [InlineData("state:lost", "there is no state 'lost'")]
    [InlineData("state:,", "there is no state ','")]
    [InlineData("age<soon", "age< takes")]
    [InlineData("fn:x@y", "NAME@VERSION")]
    [InlineData("node:", "node: what?")]
    [InlineData("colour:red", "there is no 'colour:'")]
    public void What_cannot_be_read_is_told(string text, string problem)
    {
        Assert.False(JobQuery.TryParse(text, out _, out var told));

        Assert.Contains(problem, told);
    }

    [Fact]
    public void The_orchestrator_sifts_what_it_can()
    {
        Assert.True(JobQuery.TryParse("state:failed fn:ocr@2 node:nas age<1h !tenant:other text", out var query, out _));

        var request = query.ToRequest(FixedCluster.Now);

        Assert.Equal([Job.Types.State.Failed], request.States);
        Assert.Equal(("ocr", 2, "nas", ""), (request.Function, request.Version, request.Worker, request.Tenant));
        Assert.Equal(FixedCluster.Now.AddHours(-1), request.CreatedAfter.ToDateTimeOffset());
    }
}
