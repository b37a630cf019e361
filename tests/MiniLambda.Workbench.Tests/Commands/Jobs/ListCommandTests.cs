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
}
