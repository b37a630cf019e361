using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Sessions;

public sealed class OwnerTests
{
    [Fact]
    public async Task A_worker_runs_only_the_functions_that_its_owner_pinned()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.AddWorkerAsync("home", static options => options.TrustFunctions.Add("img-*"));
        await cluster.PushAsync("img-resize", "echoes_stdin");
        await cluster.PushAsync("mine-coins", "echoes_stdin");
        var refused = await cluster.SubmitAsync("mine-coins");
        Assert.Equal(
            "no worker can take it: home runs only functions img-*: its owner wants it so",
            (await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = refused.Id })).Summary);
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "img-resize" })).Job.State);
        await cluster.AddWorkerAsync("office");
        Assert.Equal("office", (await cluster.WaitForOutcomeAsync(refused.Id)).Worker);
    }

    [Fact]
    public async Task A_worker_runs_only_jobs_of_the_tenants_that_its_owner_pinned()
    {
        await using var cluster = await TestCluster.StartAsync(static options => options.TenantTokens["home"] = "home-token");
        await cluster.AddWorkerAsync("mine", static options => options.TrustTenants.Add("home"));
        await cluster.PushAsync("echo", "echoes_stdin");
        var refused = await cluster.SubmitAsync("echo");
        Assert.Contains(
            "runs only jobs of tenant home", (await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = refused.Id })).Summary, StringComparison.Ordinal);
        using var home = new Client.ClusterConnection(cluster.Url, "home-token");
        // A function is its tenant's own where tenants are told apart.
        try
        {
            var own = await home.Jobs.SubmitAsync(new SubmitJobRequest { Function = "echo" });
            Assert.Equal("mine", (await cluster.WaitForOutcomeAsync(own.Job.Id)).Worker);
        }
        catch (Client.ApiException e) when (e.Reason == "FUNCTION_NOT_FOUND")
        {
            Assert.Equal(Job.Types.State.Queued, (await cluster.GetAsync(refused.Id)).State);
        }
    }

    [Fact]
    public async Task A_worker_outside_its_hours_is_paused_says_so_and_takes_nothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        // An hour of the day that is not now, also when the test runs over the turn of one.
        var away = TimeOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime).AddHours(12);
        await cluster.AddWorkerAsync("laptop", options => options.Hours.Add($"{away:HH:mm}-{away.AddHours(1):HH:mm}"));
        await cluster.PushAsync("echo", "echoes_stdin");
        var worker = await cluster.WorkerAsync("laptop");
        Assert.Equal(WorkerInfo.Types.Status.Paused, worker.Status);
        Assert.StartsWith("outside its hours", worker.Load.Paused, StringComparison.Ordinal);
        var job = await cluster.SubmitAsync("echo");
        Assert.Contains(
            "laptop is paused: outside its hours", (await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = job.Id })).Summary, StringComparison.Ordinal);
        await cluster.AddWorkerAsync("office");
        Assert.Equal("office", (await cluster.WaitForOutcomeAsync(job.Id)).Worker);
    }

    [Fact]
    public async Task A_worker_that_is_paused_goes_on_with_what_it_runs_and_takes_more_when_the_pause_is_over()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await HandWorker.DialAsync(cluster, "hand");
        await cluster.PushAsync("echo", "echoes_stdin");
        var first = await cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        await worker.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat { Load = new WorkerLoad { Paused = "on battery" } } });
        await cluster.UntilAsync("hand", static info => info.Status == WorkerInfo.Types.Status.Paused);
        await worker.CompleteAsync(first.Id, 1, "done");
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(first.Id)).State);

        var second = await cluster.SubmitAsync("echo");
        Assert.Equal(
            "no worker can take it: hand is paused: on battery", (await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = second.Id })).Summary);
        await worker.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat { Load = new WorkerLoad() } });
        Assert.Equal(second.Id, (await worker.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task The_guests_of_a_worker_never_have_more_memory_together_than_its_owner_gives()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await HandWorker.DialAsync(
            cluster, "home", slots: 4, change: static hello => hello.Capabilities.GuestMemory = 100L << 20);
        await cluster.PushAsync("usual", "echoes_stdin", "\n[limits]\nmemory = \"64MiB\"\n");
        await cluster.PushAsync("large", "echoes_stdin", "\n[limits]\nmemory = \"128MiB\"\n");
        var large = await cluster.SubmitAsync("large");
        Assert.Equal("no worker can take it: home gives its functions 100MiB of memory, not 128MiB", await ExplainAsync(cluster, large));

        var first = await cluster.SubmitAsync("usual");
        var second = await cluster.SubmitAsync("usual");
        Assert.Equal(first.Id, (await worker.NextLeaseAsync()).JobId);
        var explained = await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = second.Id });
        Assert.Equal("has no memory left of what its owner gives to functions", Assert.Single(explained.Candidates).Refusal);
        await worker.CompleteAsync(first.Id, 1, "done");
        Assert.Equal(second.Id, (await worker.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task A_worker_whose_owner_limits_memory_runs_all_jobs_one_after_the_other()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.AddWorkerAsync("home", static options => (options.Slots, options.MaxMemoryBytes) = (4, 100L << 20));
        await cluster.PushAsync("usual", "echoes_stdin", "\n[limits]\nmemory = \"64MiB\"\n");
        var jobs = new List<Job>();
        for (var i = 0; i < 20; i++)
            jobs.Add(await cluster.SubmitAsync("usual"));
        foreach (var job in jobs)
            Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(job.Id)).State);
    }

    [Fact]
    public async Task An_older_worker_gets_no_jobs_with_secrets()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await HandWorker.DialAsync(cluster, "old", protocol: new ProtocolVersion { Major = 1, Minor = 1 });
        await cluster.Connection.Secrets.SetAsync(new SetSecretRequest { Name = "key", Value = "value" });
        await cluster.PushAsync("pay", "echoes_stdin", "\n[secrets]\nKEY = \"key\"\n");
        await cluster.PushAsync("echo", "echoes_stdin");
        var job = await cluster.SubmitAsync("pay");
        Assert.Equal(
            "no worker can take it: old speaks protocol 1.1, which knows no secrets: update it",
            (await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = job.Id })).Summary);
        var other = await cluster.SubmitAsync("echo");
        Assert.Equal(other.Id, (await worker.NextLeaseAsync()).JobId);
    }

    private static async Task<string> ExplainAsync(TestCluster cluster, Job job) =>
        (await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = job.Id })).Summary;
}
