using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>A worker with one slot that does only what a test tells it, over a real session.</summary>
internal sealed class HandWorker : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<WorkerMessage, OrchestratorMessage> _call;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));

    private HandWorker(TestCluster cluster, string instance, Metadata.Entry? header)
    {
        Instance = instance;
        _channel = GrpcChannel.ForAddress(cluster.Url);
        var headers = new Metadata { { "authorization", $"Bearer {cluster.Token}" } };
        if (header is not null)
            headers.Add(header);
        _call = new WorkerService.WorkerServiceClient(_channel).Session(headers, cancellationToken: _patience.Token);
    }

    public string Instance { get; }

    public Welcome Welcome { get; private set; } = null!;

    public static async Task<HandWorker> DialAsync(
        TestCluster cluster, string name, string? instance = null, IEnumerable<(string JobId, int Attempt)>? held = null, int slots = 1,
        ProtocolVersion? protocol = null, Metadata.Entry? header = null, Action<WorkerHello>? change = null, params (string Key, string Value)[] labels)
    {
        var worker = new HandWorker(cluster, instance ?? Guid.NewGuid().ToString(), header);
        var hello = new WorkerHello
        {
            Name = name,
            Instance = worker.Instance,
            Protocol = protocol ?? new ProtocolVersion { Major = 1, Minor = 2 },
            Capabilities = new WorkerCapabilities { Arch = "x86_64", Os = "linux", Cores = 1, Memory = 1L << 30, Slots = slots, EngineFingerprint = "none" },
        };
        foreach (var (key, value) in labels)
            hello.Capabilities.Labels[key] = value;
        hello.Held.Add((held ?? []).Select(h => new HeldLease { JobId = h.JobId, Attempt = h.Attempt }));
        change?.Invoke(hello);
        await worker.SendAsync(new WorkerMessage { Hello = hello });
        worker.Welcome = (await worker.NextAsync(m => m.Welcome is not null)).Welcome;
        return worker;
    }

    public Task SendAsync(WorkerMessage message) => _call.RequestStream.WriteAsync(message);

    public Task CompleteAsync(string job, int attempt, string result) => SendAsync(new WorkerMessage
    {
        Completed = new AttemptCompleted
        {
            JobId = job,
            Attempt = attempt,
            Outcome = Attempt.Types.Outcome.Succeeded,
            ExitCode = 0,
            Result = ByteString.CopyFromUtf8(result),
            ResultSize = result.Length,
            Usage = new Usage { Run = TimeSpan.FromMilliseconds(1).ToDuration() },
        },
    });

    public async Task<Lease> NextLeaseAsync() => (await NextAsync(m => m.Lease is not null)).Lease;

    public async Task<CompletionAck> NextAckAsync() => (await NextAsync(m => m.Ack is not null)).Ack;

    public async Task<CancelAttempt> NextCancelAsync() => (await NextAsync(m => m.Cancel is not null)).Cancel;

    public async Task<HeartbeatAck> NextHeartbeatAckAsync() => (await NextAsync(m => m.HeartbeatAck is not null)).HeartbeatAck;

    public async Task WaitForEndAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(_patience.Token))
            {
            }
        }
        catch (RpcException) when (!_patience.IsCancellationRequested)
        {
            // Cut off.
        }
    }

    public ValueTask DisposeAsync()
    {
        _call.Dispose();
        _channel.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The next message that is wanted; those before it are passed over.</summary>
    public async Task<OrchestratorMessage> NextAsync(Func<OrchestratorMessage, bool> wanted)
    {
        while (await _call.ResponseStream.MoveNext(_patience.Token))
        {
            if (wanted(_call.ResponseStream.Current))
                return _call.ResponseStream.Current;
        }

        throw new InvalidOperationException("the session ended");
    }
}
