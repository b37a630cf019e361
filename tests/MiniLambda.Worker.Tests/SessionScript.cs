using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Worker.Tests;

/// <summary>Plays one part for each session that a worker opens; the last part is played again for all that follow.</summary>
internal sealed class SessionScript : WorkerService.WorkerServiceBase
{
    private int _sessions;

    /// <summary>What a worker is told after its hello, and how the session ends.</summary>
    public List<Func<IServerStreamWriter<OrchestratorMessage>, ServerCallContext, Task>> Parts { get; } = [];

    /// <summary>The first message of each session.</summary>
    public ConcurrentQueue<WorkerHello> Hellos { get; } = new();

    /// <summary>Every message that came after a hello, over all sessions.</summary>
    public Channel<WorkerMessage> Received { get; } = Channel.CreateUnbounded<WorkerMessage>();

    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Completes when a session reached the last part.</summary>
    public TaskCompletionSource LastPart { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Welcome Welcome => new()
    {
        HeartbeatInterval = TimeSpan.FromMinutes(1).ToDuration(),
        LeaseDuration = TimeSpan.FromMinutes(3).ToDuration(),
        Protocol = new ProtocolVersion { Major = Domain.Workers.ProtocolVersion.Current.Major, Minor = Domain.Workers.ProtocolVersion.Current.Minor },
    };

    /// <summary>Takes a worker in and keeps it.</summary>
    public static async Task KeepAsync(IServerStreamWriter<OrchestratorMessage> stream, ServerCallContext context)
    {
        await stream.WriteAsync(new OrchestratorMessage { Welcome = Welcome });
        await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override async Task Session(
        IAsyncStreamReader<WorkerMessage> requestStream, IServerStreamWriter<OrchestratorMessage> responseStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken));
        Hellos.Enqueue(requestStream.Current.Hello);
        var reading = ReadAsync(requestStream, context.CancellationToken);
        var part = Math.Min(Interlocked.Increment(ref _sessions), Parts.Count);
        if (part == Parts.Count)
            LastPart.TrySetResult();
        await Parts[part - 1](responseStream, context);
        GC.KeepAlive(reading);
    }

    private async Task ReadAsync(IAsyncStreamReader<WorkerMessage> stream, CancellationToken cancellationToken)
    {
        try
        {
            while (await stream.MoveNext(cancellationToken))
                await Received.Writer.WriteAsync(stream.Current, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The part is over.
        }
    }
}
