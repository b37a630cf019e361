using Google.Rpc;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Tests.Session;

public sealed class ProtocolTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly RpcException WrongVersion = new Google.Rpc.Status
    {
        Code = (int)StatusCode.FailedPrecondition,
        Message = "the worker speaks protocol 1.1, the orchestrator 1.3: update the worker",
        Details = { Google.Protobuf.WellKnownTypes.Any.Pack(new ErrorInfo { Domain = "minilambda", Reason = "PROTOCOL_VERSION" }) },
    }.ToRpcException();

    private TemporaryFolder Folder { get; } = new();
    private ScriptedOrchestrator _orchestrator = null!;

    public async Task InitializeAsync() => _orchestrator = await ScriptedOrchestrator.StartAsync();

    public async Task DisposeAsync()
    {
        await _orchestrator.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_worker_whose_version_is_refused_asks_once()
    {
        _orchestrator.Sessions.Parts.Add((_, _) => throw WrongVersion);
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(StartAsync);
        Assert.Equal("the orchestrator refuses this worker: the worker speaks protocol 1.1, the orchestrator 1.3: update the worker", refusal.Message);
        Assert.Equal(1, _orchestrator.Sessions.Sessions);
    }

    [Fact]
    public async Task A_worker_that_was_served_stops_when_the_orchestrator_comes_back_with_a_version_too_new()
    {
        _orchestrator.Sessions.Parts.Add((stream, _) => stream.WriteAsync(new OrchestratorMessage { Welcome = SessionScript.Welcome }));
        _orchestrator.Sessions.Parts.Add((_, _) => throw WrongVersion);
        await using var worker = await StartAsync();
        await Assert.ThrowsAsync<WorkerRefusedException>(() => worker.RunAsync(CancellationToken.None).WaitAsync(Patience));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 9)]
    [InlineData(2, 0)]
    public async Task A_worker_does_not_serve_an_orchestrator_of_another_version(int major, int minor)
    {
        var welcome = SessionScript.Welcome;
        welcome.Protocol = (major, minor) == (1, 0) ? null : new ProtocolVersion { Major = major, Minor = minor };
        _orchestrator.Sessions.Parts.Add((stream, _) => stream.WriteAsync(new OrchestratorMessage { Welcome = welcome }));
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(StartAsync);
        Assert.Contains($"the orchestrator {major}.{minor}: update the", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<WorkerHost> StartAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await WorkerHost.StartAsync(new WorkerOptions { Server = _orchestrator.Url, Name = "w", Slots = 1, Data = Folder.FullName }, patience.Token);
    }
}
