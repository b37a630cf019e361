using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using MiniLambda.Orchestrator.Health;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Orchestrator.Tests.Health;

/// <summary>What health checks are told, without a token.</summary>
public sealed class ReadinessTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new();
    private TestCluster _cluster = null!;
    private volatile bool _isFull;
    private long _free = long.MaxValue;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(static _ => { }, services => services.AddSingleton(provider => new StoreProbe(
        token => _isFull ? Task.FromException(new IOException("the disk is full")) : provider.GetRequiredService<SqliteDatabase>().ProbeAsync(token),
        () => Interlocked.Read(ref _free))));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_full_disk_makes_it_unready_and_room_makes_it_ready_again()
    {
        await UntilAsync(HttpStatusCode.OK);
        _isFull = true;
        Assert.Equal("not ready\n", await UntilAsync(HttpStatusCode.ServiceUnavailable));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await CheckAsync(""));
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri(_cluster.Url, "/healthz"))).StatusCode);
        _isFull = false;
        Assert.Equal("ok\n", await UntilAsync(HttpStatusCode.OK));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await CheckAsync("minilambda.v1.JobService"));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await CheckAsync("minilambda.v1.AccessService"));
    }

    [Fact]
    public async Task Little_room_on_the_disk_makes_it_unready()
    {
        Interlocked.Exchange(ref _free, 1);
        await UntilAsync(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_service_that_is_not_here_is_not_found()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CheckAsync("no.such.Service"));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
    }

    [Fact]
    public async Task Watching_takes_a_token()
    {
        using var channel = GrpcChannel.ForAddress(_cluster.Url);
        using var watch = new global::Grpc.Health.V1.Health.HealthClient(channel).Watch(new HealthCheckRequest());
        var refusal = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        using var allowed = new global::Grpc.Health.V1.Health.HealthClient(channel).Watch(
            new HealthCheckRequest(), new Metadata { { "authorization", $"Bearer {_cluster.Token}" } });
        Assert.True(await allowed.ResponseStream.MoveNext());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, allowed.ResponseStream.Current.Status);
    }

    private async Task<HealthCheckResponse.Types.ServingStatus> CheckAsync(string service)
    {
        using var channel = GrpcChannel.ForAddress(_cluster.Url);
        return (await new global::Grpc.Health.V1.Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = service })).Status;
    }

    private async Task<string> UntilAsync(HttpStatusCode status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var answer = await _client.GetAsync(new Uri(_cluster.Url, "/readyz"), patience.Token);
            if (answer.StatusCode == status)
                return await answer.Content.ReadAsStringAsync(patience.Token);
            await Task.Delay(50, patience.Token);
        }
    }
}
