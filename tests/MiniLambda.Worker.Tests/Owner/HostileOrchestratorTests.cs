using Google.Protobuf;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Modules;

namespace MiniLambda.Worker.Tests.Owner;

/// <summary>What an orchestrator cannot make a worker run, whatever it sends.</summary>
public sealed class HostileOrchestratorTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string Module = new('a', 64);

    private readonly SigningKey _alice = SigningKey.Create();
    private TemporaryFolder Folder { get; } = new();
    private ScriptedOrchestrator _orchestrator = null!;

    public async Task InitializeAsync() => _orchestrator = await ScriptedOrchestrator.StartAsync();

    public async Task DisposeAsync()
    {
        await _orchestrator.DisposeAsync();
        Folder.Dispose();
        _alice.Dispose();
    }

    [Fact]
    public Task A_function_that_its_owner_did_not_pin_is_not_run() => RefusedAsync(
        options => options.TrustFunctions.Add("img-*"), lease => lease.Function = "miner",
        "worker 'w' runs only functions img-*: its owner wants it so");

    [Fact]
    public Task Another_tenants_job_is_not_run() => RefusedAsync(
        options => options.TrustTenants.Add("home"), lease => lease.Tenant = "strangers", "worker 'w' runs only jobs of tenant home: its owner wants it so");

    [Fact]
    public Task A_module_that_nobody_signed_is_not_run() => RefusedAsync(
        Strict, static _ => { }, "worker 'w' runs 'f' only when a signer that its owner trusts signed it; nobody did");

    [Fact]
    public Task A_signature_of_another_module_does_not_count() => RefusedAsync(
        Strict, lease => lease.Signatures.Add(Sign(_alice, new ModuleStatement("f", new string('b', 64), new string('c', 64)))),
        "worker 'w' runs 'f' only when a signer that its owner trusts signed it; nobody did");

    [Fact]
    public async Task A_strangers_signature_under_a_known_key_id_does_not_count()
    {
        using var mallory = SigningKey.Create();
        var forged = Sign(mallory, new ModuleStatement("f", Module, new string('c', 64)));
        forged.KeyId = _alice.Signer.Id;
        await RefusedAsync(
            Strict, lease => lease.Signatures.Add(forged), "worker 'w' runs 'f' only when a signer that its owner trusts signed it; nobody did");
    }

    [Fact]
    public Task More_memory_than_its_owner_gives_is_not_given() => RefusedAsync(
        options => options.MaxMemoryBytes = 32 << 20, static _ => { }, "worker 'w' gives its functions 32MiB of memory, not 64MiB");

    [Fact]
    public async Task A_module_is_not_fetched_ahead_of_need_either()
    {
        _orchestrator.Sessions.Parts.Add(async (stream, context) =>
        {
            await stream.WriteAsync(new OrchestratorMessage { Welcome = SessionScript.Welcome });
            await stream.WriteAsync(new OrchestratorMessage { Prefetch = new PrefetchModule { ModuleDigest = Module, Function = "f" } });
            await stream.WriteAsync(new OrchestratorMessage { Lease = Lease() });
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var worker = await StartAsync(Strict);
        await CompletedAsync();
        Assert.Empty(_orchestrator.Blobs.Offsets);
    }

    private void Strict(WorkerOptions options)
    {
        options.TrustSigners["alice"] = _alice.Signer.Text;
        options.TrustRequireSignature.Add("*");
    }

    private async Task RefusedAsync(Action<WorkerOptions> configure, Action<Lease> spoil, string message)
    {
        var lease = Lease();
        spoil(lease);
        _orchestrator.Sessions.Parts.Add(async (stream, context) =>
        {
            await stream.WriteAsync(new OrchestratorMessage { Welcome = SessionScript.Welcome });
            await stream.WriteAsync(new OrchestratorMessage { Lease = lease });
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var worker = await StartAsync(configure);
        var completed = await CompletedAsync();
        Assert.Equal((Attempt.Types.Outcome.BadModule, message), (completed.Outcome, completed.Message));
        Assert.Empty(_orchestrator.Blobs.Offsets);
    }

    private async Task<AttemptCompleted> CompletedAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var received in _orchestrator.Sessions.Received.Reader.ReadAllAsync(patience.Token))
        {
            if (received.Completed is { } completed)
                return completed;
        }

        throw new InvalidOperationException("the session ended");
    }

    private async Task<WorkerHost> StartAsync(Action<WorkerOptions> configure)
    {
        using var patience = new CancellationTokenSource(Patience);
        var options = new WorkerOptions { Server = _orchestrator.Url, Name = "w", Slots = 1, Data = Folder.FullName };
        configure(options);
        return await WorkerHost.StartAsync(options, patience.Token);
    }

    private static Lease Lease() => new()
    {
        JobId = Domain.Jobs.JobId.Parse("j-0000000000001").Value,
        Attempt = 1,
        Function = "f",
        Version = 1,
        ModuleDigest = Module,
        Tenant = "default",
        Spec = new ExecutionSpec { Entry = "_start", Memory = 64 << 20, Timeout = new Google.Protobuf.WellKnownTypes.Duration { Seconds = 10 } },
    };

    private static ModuleSignature Sign(SigningKey key, ModuleStatement statement) => new()
    {
        KeyId = key.Signer.Id,
        Signature = ByteString.CopyFrom(key.Sign(statement)),
        ManifestDigest = statement.ManifestDigest,
    };
}
