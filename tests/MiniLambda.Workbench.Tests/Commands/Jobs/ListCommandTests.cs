namespace MiniLambda.Workbench.Tests.Commands.Jobs;

[Collection(ClusterGroup.Name)]
public sealed class ListCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_person_is_told_of_jobs_beyond_the_limit_and_only_then()
    {
        await cluster.PushAsync("listed-in-parts");
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(0, (await cluster.RunAsync("invoke", "listed-in-parts")).ExitCode);
        string[] list = ["ps", "--function", "listed-in-parts", "--limit"];
        Assert.Equal("these are the newest 2; there are more: --limit shows them\n", (await cluster.RunAsync(isTerminal: true, [.. list, "2"])).Error);
        Assert.Equal("", (await cluster.RunAsync(isTerminal: true, [.. list, "3"])).Error);
        Assert.Equal("", (await cluster.RunAsync([.. list, "2"])).Error);
    }

    [Fact]
    public async Task Jobs_are_listed_by_when_they_were_submitted()
    {
        await cluster.PushAsync("listed-by-time");
        var id = (await cluster.RunAsync("submit", "listed-by-time", "--wait")).Out.Trim();
        string[] list = ["job", "list", "--function", "listed-by-time"];
        Assert.Contains(id, (await cluster.RunAsync([.. list, "--since", "1h"])).Out, StringComparison.Ordinal);
        Assert.Contains(id, (await cluster.RunAsync([.. list, "--since", "2026-01-01T00:00Z", "--until", "0s"])).Out, StringComparison.Ordinal);
        Assert.Equal("no jobs match\n", (await cluster.RunAsync([.. list, "--until", "1h"])).Out);
        Assert.Equal("no jobs match\n", (await cluster.RunAsync([.. list, "--since", "0s"])).Out);
    }
}
