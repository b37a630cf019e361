using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class GrantTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_function_that_needs_what_no_worker_offers_waits_and_says_why()
    {
        await _cluster.AddWorkerAsync("plain");
        await _cluster.PushAsync("wants", "echoes_stdin", "[capabilities]\nnetwork = true\nmounts = { \"/photos\" = \"photos:ro\" }");
        var job = await _cluster.SubmitAsync("wants");
        Assert.Equal("no worker can take it: plain does not let functions use the network", job.Unplaceable);

        await _cluster.AddWorkerAsync("open", options => options.AllowNetwork = true);
        Assert.Equal(
            "no worker can take it: open exports no folder 'photos'; plain does not let functions use the network",
            (await _cluster.GetAsync(job.Id)).Unplaceable);

        await _cluster.AddWorkerAsync("album", options => (options.AllowNetwork, options.Mounts["photos"]) = (true, _folder.FullName));
        var done = await _cluster.WaitForOutcomeAsync(job.Id);
        Assert.Equal((Job.Types.State.Succeeded, "album", ""), (done.State, done.Worker, done.Unplaceable));
    }

    [Fact]
    public async Task A_folder_exported_for_reading_is_not_given_for_writing()
    {
        await _cluster.AddWorkerAsync("album", options => options.Mounts["photos"] = _folder.FullName);
        await _cluster.PushAsync("writes", "echoes_stdin", "[capabilities]\nmounts = { \"/photos\" = \"photos:rw\" }");
        Assert.Equal(
            "no worker can take it: album exports folder 'photos' for reading only", (await _cluster.SubmitAsync("writes")).Unplaceable);
    }

    [Fact]
    public async Task A_pushed_module_is_compiled_ahead_of_the_first_job_and_told_in_the_workers_detail()
    {
        await _cluster.AddWorkerAsync("one");
        var function = await _cluster.PushAsync("echo", "echoes_stdin");
        WorkerInfo worker;
        do
            worker = await _cluster.Connection.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = "one" });
        while (worker.ArtifactCache is not { Artifacts.Count: 1 });
        Assert.Equal(function.ModuleDigest, worker.ArtifactCache.Artifacts[0].ModuleDigest);

        var answer = await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" });
        Assert.Equal((Usage.Types.Artifact.Disk, 0), (answer.Job.Usage.Artifact, answer.Job.Usage.Compile.ToTimeSpan().Ticks));
    }

    [Fact]
    public async Task The_walls_around_functions_are_told()
    {
        await _cluster.AddWorkerAsync("one");
        await _cluster.PushAsync("echo", "echoes_stdin");
        await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" });
        var worker = await _cluster.Connection.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = "one" });
        Assert.Equal("process", worker.Capabilities.Isolation);
        if (OperatingSystem.IsLinux())
            Assert.Contains(worker.Capabilities.Walls, wall => wall is { Name: "no-new-privs", InForce: true });
        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "WORKER_NOT_FOUND",
            async () => await _cluster.Connection.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = "nobody" }));
    }
}
