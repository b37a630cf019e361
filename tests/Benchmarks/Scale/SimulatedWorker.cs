using System.Diagnostics;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>A worker whose attempts do nothing but take their time, over a real session.</summary>
internal sealed class SimulatedWorker : IAsyncDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Channel<WorkerMessage> _outbound = Channel.CreateBounded<WorkerMessage>(65_536);
    private readonly CancellationTokenSource _stopping = new();
    private readonly AsyncDuplexStreamingCall<WorkerMessage, OrchestratorMessage> _call;
    private readonly TimeSpan _duration;
    private readonly Random _random;
    private readonly Action<Lease>? _leased;
    private Task _running = Task.CompletedTask;
    private long _ended;
    private long _beats;
    private long _answers;

    private SimulatedWorker(GrpcChannel channel, string token, TimeSpan duration, Random random, Action<Lease>? leased)
    {
        (_duration, _random, _leased) = (duration, random, leased);
        _call = new WorkerService.WorkerServiceClient(channel).Session(
            new Metadata { { "authorization", $"Bearer {token}" } }, cancellationToken: _stopping.Token);
    }

    /// <summary>Attempts that ended.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>Heartbeats that were sent and not answered.</summary>
    public long Unanswered => Volatile.Read(ref _beats) - Volatile.Read(ref _answers);

    /// <summary>The longest that a heartbeat waited for its answer.</summary>
    public TimeSpan SlowestAnswer { get; private set; }

    /// <summary>Why the session ended before it was asked to; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <param name="duration">How long attempts take in the mean: each between half and one and a half of it, lest all slots be freed in one moment.</param>
    /// <param name="leased">Told of each lease as it comes.</param>
    public static async Task<SimulatedWorker> DialAsync(
        GrpcChannel channel, string token, string name, int slots, TimeSpan duration, Action<Lease>? leased = null)
    {
        var worker = new SimulatedWorker(channel, token, duration, new Random(name.Aggregate(0, (hash, c) => (hash * 31) + c)), leased);
        await worker._call.RequestStream.WriteAsync(new WorkerMessage
        {
            Hello = new WorkerHello
            {
                Name = name,
                Instance = Guid.NewGuid().ToString(),
                Protocol = new ProtocolVersion { Major = 1, Minor = 2 },
                Capabilities = new WorkerCapabilities { Arch = "x86_64", Os = "linux", Cores = 4, Memory = 16L << 30, Slots = slots, EngineFingerprint = "none" },
            },
        });
        if (!await worker._call.ResponseStream.MoveNext(worker._stopping.Token) || worker._call.ResponseStream.Current.Welcome is not { } welcome)
            throw new InvalidOperationException("there was no welcome");
        worker._running = Task.WhenAll(worker.WriteAsync(), worker.ReadAsync(), worker.BeatAsync(welcome.HeartbeatInterval.ToTimeSpan()));
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _call.Dispose();
        _stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        await foreach (var message in _outbound.Reader.ReadAllAsync(_stopping.Token))
            await _call.RequestStream.WriteAsync(message, _stopping.Token);
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(_stopping.Token))
            {
                switch (_call.ResponseStream.Current)
                {
                    case { Lease: { } lease }:
                        _leased?.Invoke(lease);
                        _ = RunAsync(lease);
                        break;
                    case { HeartbeatAck: not null }:
                        Interlocked.Increment(ref _answers);
                        var waited = Stopwatch.GetElapsedTime(_beatAt);
                        if (waited > SlowestAnswer)
                            SlowestAnswer = waited;
                        break;
                }
            }

            Failure = "the orchestrator hung up";
        }
        catch (RpcException e) when (!_stopping.IsCancellationRequested)
        {
            Failure = e.Status.Detail;
        }
    }

    private async Task RunAsync(Lease lease)
    {
        var duration = _duration * (0.5 + _random.NextDouble());
        if (_duration > TimeSpan.Zero)
            await Task.Delay(duration, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Increment(ref _ended);
        _outbound.Writer.TryWrite(new WorkerMessage
        {
            Completed = new AttemptCompleted
            {
                JobId = lease.JobId,
                Attempt = lease.Attempt,
                Outcome = Attempt.Types.Outcome.Succeeded,
                ExitCode = 0,
                Usage = new Usage { Run = (duration + TimeSpan.FromMicroseconds(100)).ToDuration() },
            },
        });
    }

    private long _beatAt;

    private async Task BeatAsync(TimeSpan interval)
    {
        // Spread, as the heartbeats of machines that were started by people are.
        await Task.Delay(interval * (Math.Abs(_call.GetHashCode() % 1000) / 1000.0), _stopping.Token);
        using var timer = new PeriodicTimer(interval < Day ? interval : Day);
        do
        {
            _beatAt = Stopwatch.GetTimestamp();
            Interlocked.Increment(ref _beats);
            _outbound.Writer.TryWrite(new WorkerMessage { Heartbeat = new Heartbeat { Load = new WorkerLoad { CpuFraction = 0.1, MemoryUsed = 1 << 30 } } });
        }
        while (await timer.WaitForNextTickAsync(_stopping.Token));
    }
}
