using Google.Rpc;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Tenants;
using MiniLambda.Orchestrator.Tests.Sessions;

namespace MiniLambda.Orchestrator.Tests.Tenants;

public sealed class QuotaTests
{
    [Fact]
    public async Task A_job_belongs_to_the_tenant_whose_token_sent_it()
    {
        await using var cluster = await StartAsync(new TenantPolicy());
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        Assert.Equal("photos", (await photos.Jobs.SubmitAsync(Echo)).Job.Tenant);
        Assert.Equal("default", (await cluster.SubmitAsync("echo")).Tenant);
        Assert.Single((await cluster.Connection.Jobs.ListAsync(new ListJobsRequest { Tenant = "photos" })).Jobs);
    }

    [Fact]
    public async Task More_queued_jobs_than_allowed_are_refused_with_the_limit_and_when_to_try_again()
    {
        await using var cluster = await StartAsync(new TenantPolicy { Queued = 2 });
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        await photos.Jobs.SubmitAsync(Echo);
        var second = (await photos.Jobs.SubmitAsync(Echo)).Job.Id;
        var refusal = await ApiAssert.RefusedAsync(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", async () => await photos.Jobs.SubmitAsync(Echo));
        Assert.Equal("tenant 'photos' is over its quota: 2 of 2 jobs are queued", refusal);
        await cluster.SubmitAsync("echo");
        await photos.Jobs.CancelAsync(new CancelJobRequest { Id = second });
        await photos.Jobs.SubmitAsync(Echo);
    }

    [Fact]
    public async Task What_is_queued_counts_after_a_restart_too()
    {
        await using var cluster = await StartAsync(new TenantPolicy { Queued = 1 });
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        await photos.Jobs.SubmitAsync(Echo);
        await cluster.RestartOrchestratorAsync();
        using var again = new ClusterConnection(cluster.Url, "photos-token");
        await ApiAssert.RefusedAsync(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", async () => await again.Jobs.SubmitAsync(Echo));
    }

    [Fact]
    public async Task More_bytes_than_allowed_are_refused()
    {
        await using var cluster = await StartAsync(new TenantPolicy { StoredBytes = 1000 });
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        var request = Echo.Clone();
        request.Input = Google.Protobuf.ByteString.CopyFrom(new byte[600]);
        await photos.Jobs.SubmitAsync(request);
        await ApiAssert.RefusedAsync(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", async () => await photos.Jobs.SubmitAsync(request));
    }

    [Fact]
    public async Task No_more_jobs_run_at_once_than_allowed_and_explain_says_so()
    {
        await using var cluster = await StartAsync(new TenantPolicy { Running = 1 });
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        await using var worker = await HandWorker.DialAsync(cluster, "w", slots: 4);
        var first = (await photos.Jobs.SubmitAsync(Echo)).Job.Id;
        var second = (await photos.Jobs.SubmitAsync(Echo)).Job.Id;
        Assert.Equal(first, (await worker.NextLeaseAsync()).JobId);
        var explanation = await photos.Jobs.ExplainAsync(new ExplainJobRequest { Id = second });
        Assert.StartsWith("quota 1/1 running; next in its queue", explanation.Summary, StringComparison.Ordinal);
        // Another tenant is not held up by it.
        var other = (await cluster.SubmitAsync("echo")).Id;
        Assert.Equal(other, (await worker.NextLeaseAsync()).JobId);
        await worker.CompleteAsync(first, 1, "");
        Assert.Equal(second, (await worker.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task A_rate_is_refused_with_when_it_refills_and_slows_a_batch_down()
    {
        await using var cluster = await StartAsync(new TenantPolicy { SubmissionsPerSecond = 20 });
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        var refusals = 0;
        for (var i = 0; i < 60; i++)
        {
            try
            {
                await photos.Jobs.SubmitAsync(Echo);
            }
            catch (ApiException e) when (e.Reason == "QUOTA_EXCEEDED")
            {
                refusals++;
                var status = ((RpcException)e.InnerException!).GetRpcStatus();
                Assert.InRange(status!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.Zero, TimeSpan.FromSeconds(0.05));
            }
        }

        Assert.True(refusals > 0);
        using var batch = photos.Jobs.SubmitBatch();
        for (var i = 0; i < 10; i++)
            await batch.RequestStream.WriteAsync(Echo);
        await batch.RequestStream.CompleteAsync();
        while (await batch.ResponseStream.MoveNext(default))
            Assert.Equal("", batch.ResponseStream.Current.Message);
    }

    private static SubmitJobRequest Echo => new() { Function = "echo" };

    private static async Task<TestCluster> StartAsync(TenantPolicy policy)
    {
        var cluster = await TestCluster.StartAsync(options =>
        {
            options.Tenants["photos"] = policy;
            options.TenantTokens["photos"] = "photos-token";
        });
        await cluster.PushAsync("echo", "echoes_stdin");
        using var photos = new ClusterConnection(cluster.Url, "photos-token");
        await cluster.PushAsync("echo", "echoes_stdin", connection: photos);
        return cluster;
    }
}
