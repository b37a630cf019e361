using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Tests;

public sealed class ApiExceptionTests : IAsyncLifetime
{
    private GrpcServer _server = null!;

    public async Task InitializeAsync() => _server = await GrpcServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(StatusCode.NotFound, "JOB_NOT_FOUND")]
    [InlineData(StatusCode.Unauthenticated, "TOKEN_WRONG")]
    [InlineData(StatusCode.FailedPrecondition, "JOB_FINISHED")]
    [InlineData(StatusCode.Unavailable, "SHUTTING_DOWN")]
    [InlineData(StatusCode.ResourceExhausted, "DISK_FULL")]
    public async Task A_refusal_keeps_its_status_reason_and_words(StatusCode status, string reason)
    {
        _server.Jobs.OnSubmit = () => throw GrpcServer.Refusal(status, reason, "because");
        using var cluster = _server.Connect();
        var refusal = await Assert.ThrowsAsync<ApiException>(async () => await cluster.Jobs.SubmitAsync(new SubmitJobRequest()));
        Assert.Equal((status, reason, "because"), (refusal.Status, refusal.Reason, refusal.Message));
        Assert.False(refusal.MayHaveBeenDone);
    }

    [Fact]
    public async Task An_orchestrator_that_is_not_there_is_named()
    {
        using var cluster = new ClusterConnection(NobodyListens(), "");
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await cluster.Jobs.GetAsync(new GetJobRequest()));
        Assert.Equal($"cannot reach the orchestrator at {cluster.Server.ToString().TrimEnd('/')}: connection refused", failure.Message);
        Assert.False(failure.MayHaveBeenDone);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Cancelled)]
    public async Task A_call_that_breaks_off_may_have_been_done(StatusCode status)
    {
        _server.Jobs.OnSubmit = () => throw new RpcException(new Status(status, "the stream was reset"));
        using var cluster = _server.Connect();
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await cluster.Jobs.SubmitAsync(new SubmitJobRequest()));
        Assert.True(failure.MayHaveBeenDone);
    }

    [Fact]
    public async Task A_server_that_is_no_orchestrator_is_named()
    {
        await using var web = await GrpcServer.StartAsync(HttpProtocols.Http1);
        using var cluster = web.Connect();
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await cluster.Jobs.GetAsync(new GetJobRequest()));
        Assert.Contains($"the orchestrator at {web.Url.ToString().TrimEnd('/')}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", failure.Message, StringComparison.Ordinal);
        Assert.Equal("", failure.Reason);
    }

    [Fact]
    public async Task A_service_that_the_server_does_not_have_is_no_riddle()
    {
        using var cluster = _server.Connect();
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await cluster.Cluster.InfoAsync(new ClusterInfoRequest()));
        Assert.StartsWith($"the call to the orchestrator at {_server.Url.ToString().TrimEnd('/')} failed: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_gives_up_sees_its_own_cancellation()
    {
        using var gaveUp = new CancellationTokenSource();
        _server.Jobs.OnSubmit = async () =>
        {
            await gaveUp.CancelAsync();
            return new Job();
        };
        using var cluster = _server.Connect();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await cluster.Jobs.InvokeAsync(new SubmitJobRequest(), cancellationToken: gaveUp.Token));
    }

    [Theory]
    [InlineData("s3cret", "Bearer s3cret")]
    [InlineData("", null)]
    public async Task The_token_goes_with_every_call(string token, string? header)
    {
        using var cluster = _server.Connect(token);
        await cluster.Jobs.GetAsync(new GetJobRequest());
        using var watch = cluster.Jobs.Watch(new WatchJobsRequest());
        Assert.False(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal([header, header], _server.Jobs.Calls.Select(c => c.Authorization));
    }

    [Fact]
    public async Task Only_calls_that_wait_for_a_job_may_take_as_long_as_they_like()
    {
        using var cluster = _server.Connect();
        await cluster.Jobs.GetAsync(new GetJobRequest());
        await cluster.Jobs.InvokeAsync(new SubmitJobRequest());
        Assert.NotEqual(DateTime.MaxValue, _server.Jobs.Calls[0].Deadline);
        Assert.Equal(DateTime.MaxValue, _server.Jobs.Calls[1].Deadline);
    }

    [Fact]
    public async Task Reading_is_tried_again_and_submitting_is_not()
    {
        _server.Jobs.OnGet = () => throw new RpcException(new Status(StatusCode.Unavailable, "away"));
        _server.Jobs.OnSubmit = _server.Jobs.OnGet;
        using var cluster = _server.Connect();
        await Assert.ThrowsAsync<ApiException>(async () => await cluster.Jobs.GetAsync(new GetJobRequest()));
        Assert.Equal(2, _server.Jobs.Calls.Count);
        await Assert.ThrowsAsync<ApiException>(async () => await cluster.Jobs.SubmitAsync(new SubmitJobRequest()));
        Assert.Equal(3, _server.Jobs.Calls.Count);
    }

    private static Uri NobodyListens()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new Uri($"http://{socket.LocalEndpoint}");
    }
}
