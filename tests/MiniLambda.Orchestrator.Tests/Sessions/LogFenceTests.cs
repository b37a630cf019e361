using Google.Protobuf;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>Only who holds an attempt may say what it writes and that it runs.</summary>
[Trait("Category", "Attack")]
public sealed class LogFenceTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("echo", "echoes_stdin");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Another_worker_can_neither_log_for_a_job_nor_start_it()
    {
        await using var holder = await HandWorker.DialAsync(_cluster, "holder");
        var job = await _cluster.SubmitAsync("echo");
        await holder.NextLeaseAsync();
        await using var thief = await HandWorker.DialAsync(_cluster, "thief");

        await LogAsync(thief, job.Id, 1, 0, "forged");
        await thief.SendAsync(new WorkerMessage { Started = new AttemptStarted { JobId = job.Id, Attempt = 1 } });
        await StoredAsync(thief);
        Assert.Equal("", await LogsAsync(job.Id));
        Assert.Equal(Job.Types.State.Leased, (await _cluster.GetAsync(job.Id)).State);

        await LogAsync(holder, job.Id, 1, 0, "true");
        await holder.SendAsync(new WorkerMessage { Started = new AttemptStarted { JobId = job.Id, Attempt = 1 } });
        await StoredAsync(holder);
        Assert.Equal("true", await LogsAsync(job.Id));
        Assert.Equal(Job.Types.State.Running, (await _cluster.GetAsync(job.Id)).State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Log_with_another_fencing_token_is_dropped(int attempt)
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        await LogAsync(worker, job.Id, attempt, 0, "forged");
        await StoredAsync(worker);
        Assert.Equal("", await LogsAsync(job.Id));
    }

    [Fact]
    public async Task Any_number_of_empty_pieces_is_as_none()
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        await LogAsync(worker, job.Id, 1, 0, "true");
        for (var i = 0; i < 100; i++)
            await LogAsync(worker, job.Id, 1, 4, "");
        await StoredAsync(worker);
        var pieces = await _cluster.Part<MiniLambda.Domain.Jobs.IJobLogStore>().ReadAsync(MiniLambda.Domain.Jobs.JobId.Parse(job.Id), 0, 1000, default);
        Assert.Equal("true"u8, Assert.Single(pieces).Data.Span);
    }

    [Fact]
    public async Task Log_that_comes_after_the_outcome_is_dropped()
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        await LogAsync(worker, job.Id, 1, 0, "in time");
        await worker.CompleteAsync(job.Id, 1, "done");
        await worker.NextAckAsync();
        await LogAsync(worker, job.Id, 1, 7, " too late");
        await StoredAsync(worker);
        Assert.Equal("in time", await LogsAsync(job.Id));
    }

    [Theory]
    [InlineData(0, (32 << 10) + 1)]
    [InlineData(-1, 1)]
    [InlineData(1L << 40, 1)]
    public async Task A_worker_that_sends_more_log_than_the_contract_allows_is_cut_off(long offset, int length)
    {
        await using var rude = await HandWorker.DialAsync(_cluster, "rude");
        var job = await _cluster.SubmitAsync("echo");
        await rude.NextLeaseAsync();
        await LogAsync(rude, job.Id, 1, offset, new string('x', length));
        await rude.WaitForEndAsync();
        Assert.Equal("", await LogsAsync(job.Id));
    }

    private static Task LogAsync(HandWorker worker, string job, int attempt, long offset, string text) => worker.SendAsync(new WorkerMessage
    {
        Log = new AttemptLog { JobId = job, Attempt = attempt, Offset = offset, Data = ByteString.CopyFromUtf8(text) },
    });

    // The answer to a heartbeat says that everything before it was dealt with.
    private static async Task StoredAsync(HandWorker worker)
    {
        await worker.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat() });
        await worker.NextHeartbeatAckAsync();
    }

    private async Task<string> LogsAsync(string job)
    {
        var log = "";
        await foreach (var piece in _cluster.Connection.Jobs.LogsAsync(job, follow: false, default))
            log += piece.Data.ToStringUtf8();
        return log;
    }
}
