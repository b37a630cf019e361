using MiniLambda.Contracts.V1;
using MiniLambda.Worker;
using Status = MiniLambda.Contracts.V1.WorkerInfo.Types.Status;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>A real worker behind a wire that goes silent, breaks, and is mended.</summary>
public sealed class BrokenWireTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private TcpProxy Wire { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        Wire = new TcpProxy(_cluster.Url);
        await _cluster.PushAsync("slow", "waits_a_second", "[retry]\nattempts = 5\nbackoff = \"10ms\"");
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await Wire.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_died_without_a_word_is_noticed_by_the_worker_which_dials_anew()
    {
        await AddFarAsync();
        var before = (await _cluster.WorkerAsync("far")).ConnectedAt;
        Wire.Stall();
        await _cluster.UntilAsync("far", worker => worker.Status == Status.Ready && worker.ConnectedAt != before);
        var job = await _cluster.SubmitAsync("slow");
        Assert.Equal("far", (await _cluster.WaitForOutcomeAsync(job.Id)).Worker);
    }

    [Fact]
    public async Task A_connection_that_died_without_a_word_is_noticed_by_the_orchestrator_which_gives_the_job_to_another()
    {
        await AddFarAsync();
        var job = await _cluster.SubmitAsync("slow");
        await _cluster.WaitAsync(job.Id, j => j.State == Job.Types.State.Running);
        Wire.Partition();
        await _cluster.UntilAsync("far", worker => worker.Status == Status.Suspect);
        await _cluster.AddWorkerAsync("near");
        var done = await _cluster.WaitForOutcomeAsync(job.Id);
        Assert.Equal((Job.Types.State.Succeeded, "near", 2), (done.State, done.Worker, done.Attempt));
        Assert.Equal(Status.Lost, await _cluster.StatusAsync("far"));

        // What the cut-off worker produced meanwhile comes too late, and it takes jobs again.
        Wire.Mend();
        await _cluster.UntilAsync("far", worker => worker is { Status: Status.Ready, HeldJobs: 0 });
        Assert.Equal(
            [Attempt.Types.Outcome.WorkerLost, Attempt.Types.Outcome.Succeeded], (await _cluster.GetAsync(job.Id)).Attempts.Select(a => a.Outcome));
    }

    [Fact]
    public async Task An_outcome_produced_while_the_wire_was_cut_is_accepted_when_it_is_mended_within_the_lease()
    {
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromMinutes(1));
        await using var wire = new TcpProxy(cluster.Url);
        await cluster.PushAsync("slow", "waits_a_second");
        var spool = "";
        await cluster.AddWorkerAsync("far", options =>
        {
            options.Server = wire.Url;
            spool = Path.Combine(options.Data, "spool");
        });
        var job = await cluster.SubmitAsync("slow");
        await cluster.WaitAsync(job.Id, j => j.State == Job.Types.State.Running);
        wire.Cut();
        using (var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1)))
        {
            while (Directory.GetFiles(spool, "*.outcome").Length == 0)
                await Task.Delay(20, patience.Token);
        }

        wire.Mend();
        var done = await cluster.WaitForOutcomeAsync(job.Id);
        Assert.Equal((Job.Types.State.Succeeded, "far", 1), (done.State, done.Worker, done.Attempt));
    }

    private Task<WorkerHost> AddFarAsync() => _cluster.AddWorkerAsync("far", options => options.Server = Wire.Url);
}
