using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Tests.Auth;

[Trait("Category", "Attack")]
public sealed class AttemptTests
{
    [Fact]
    public async Task Who_tries_out_tokens_has_to_wait_and_who_was_there_before_does_not()
    {
        await using var cluster = await TestCluster.StartAsync();
        var clock = new FakeTimeProvider();
        await cluster.AbortOrchestratorAsync(
            services => services.AddSingleton(new AttemptLimits(clock, new OrchestratorOptions { FreeAttempts = 3 })));
        var late = (await cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Contracts.V1.Role.Reader })).Secret;
        foreach (var reason in new[] { "TOKEN_WRONG", "TOKEN_WRONG", "TOKEN_WRONG", "TOO_MANY_ATTEMPTS", "TOO_MANY_ATTEMPTS" })
            Assert.Equal(reason, (await RawCall.MakeAsync(cluster.Url, "ClusterService/Info", "Bearer wrong")).Reason);

        // Behind this address there are others, and they go on.
        await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest());
        // One that comes for the first time is told how long to wait, and then comes in.
        using var connection = new ClusterConnection(cluster.Url, late);
        var refused = await Assert.ThrowsAsync<ApiException>(async () => await connection.Cluster.InfoAsync(new ClusterInfoRequest()));
        Assert.Equal((StatusCode.ResourceExhausted, "TOO_MANY_ATTEMPTS"), (refused.Status, refused.Reason));
        var delay = ((RpcException)refused.InnerException!).GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan();
        Assert.Equal(TimeSpan.FromSeconds(1), delay);
        clock.Advance(delay);
        await connection.Cluster.InfoAsync(new ClusterInfoRequest());
    }
}
