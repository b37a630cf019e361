using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Text;
using MiniLambda.Sandbox;
using MiniLambda.Trust.Links;
using MiniLambda.Worker.Execution;
using MiniLambda.Worker.Identity;
using MiniLambda.Worker.Machine;
using MiniLambda.Worker.Metrics;
using MiniLambda.Worker.Modules;
using MiniLambda.Worker.Owner;

namespace MiniLambda.Worker.Session;

/// <summary>
/// Keeps one stream to the orchestrator: dials, says what it holds, takes leases, and dials again with back-off and jitter when the stream breaks.
/// What runs goes on meanwhile.
/// </summary>
internal sealed partial class SessionLoop(
    WorkerOptions options, OrchestratorLink link, Outbox outbox, AttemptTable attempts, AttemptRunner runner, Prefetcher prefetch, LeaseGuard guard,
    SandboxEngine sandbox, SleepWatch sleep, CertificateRenewal renewal, TimeProvider clock, Random random, WorkerMetrics metrics, ILogger<SessionLoop> logger)
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WelcomeWait = TimeSpan.FromSeconds(10);

    // Short beside a lease, so that an orchestrator which is back finds the worker back too before it gives the leases to others.
    private TimeSpan _longestWait = LongestWait;

    /// <summary>Over how long the next dialling is spread; null unless the last one brought a stream.</summary>
    private TimeSpan? _window;

    private TimeSpan _sleepLimit = LongestWait;

    private readonly SelfDescription _self = new(options, sandbox, attempts, guard, new PauseWatch(options.Rules, new LoadAverage(), clock));
    private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _draining;
    private bool _connected;

    /// <summary>Completes when the orchestrator has taken this worker in for the first time; fails when it refuses it for good.</summary>
    public Task Welcomed => _welcomed.Task;

    /// <summary>Whether jobs may come: there is a stream, and nobody drains this worker.</summary>
    public bool IsTakingJobs => Volatile.Read(ref _connected) && !Volatile.Read(ref _draining);

    /// <summary>Stays connected until the token ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var begun = clock.GetTimestamp();
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            var started = clock.GetTimestamp();
            try
            {
                await renewal.BeforeDiallingAsync(stopping);
                await RunSessionAsync(stopping);
            }
            catch (Exception e) when (stopping.IsCancellationRequested)
            {
                LogStopped(e.GetType().Name);
                return;
            }
            catch (RpcException e)
            {
                if (FinalRefusal(e) is { } final)
                    throw Refused(final);
                if (Refusal(e, clock.GetElapsedTime(begun)) is { } refusal && _welcomed.TrySetException(refusal))
                    return;
                LogDisconnected(options.Server, e.Status.Detail);
            }
            catch (WorkerRefusedException e)
            {
                throw Refused(e);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or HttpRequestException)
            {
                if (Stranger(e) is { } stranger && _welcomed.TrySetException(stranger))
                    return;
                LogDisconnected(options.Server, e.Message);
            }
            catch (Exception e)
            {
                // Whatever it was: a worker that dials no more is lost, and holds what others could run.
                LogSessionFailed(options.Server, e);
            }
            finally
            {
                Volatile.Write(ref _connected, false);
                outbox.Close();
            }

            if (sleep.Look() is { } slept)
            {
                LogSlept((long)slept.TotalSeconds);
                // Whoever was at the other end of the connection may have given it up long ago.
                link.Renew();
                failures = 0;
                _window = null;
                continue;
            }

            // A stream that held for a while was a good one: the next failure is the first again.
            failures = clock.GetElapsedTime(started) > LongestWait ? 1 : failures + 1;
            var wait = Redial.Wait(failures, _window, _longestWait, random.NextDouble());
            _window = null;
            await Task.Delay(wait, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes no new leases and says so.</summary>
    public void Drain()
    {
        _draining = true;
        outbox.TrySend(new WorkerMessage { Draining = new WorkerDraining() });
    }

    // At the start, what answers may have been misnamed; later, it may be that somebody came in between, and goes again.
    private static WorkerRefusedException? Stranger(Exception? e)
    {
        while (e is not null and not ServerRefusedException)
            e = e.InnerException;
        return e is null ? null : new WorkerRefusedException(e.Message);
    }

    private WorkerRefusedException? Refusal(RpcException e, TimeSpan waited) => Stranger(e.Status.DebugException) ?? e.StatusCode switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied when Reason(e) != "CERTIFICATE_EXPIRED" => new WorkerRefusedException($"the orchestrator refuses this worker: {e.Status.Detail}"),
        // The other one may be this worker's own past, whose connection nobody closed: its lease ends by itself.
        StatusCode.AlreadyExists when waited >= options.NameWait =>
            new WorkerRefusedException($"the orchestrator refuses this worker: {e.Status.Detail}; choose another --name"),
        _ => null,
    };

    // Of no use to ask again, also for a worker that was served before.
    private WorkerRefusedException? FinalRefusal(RpcException e)
    {
        var reason = Reason(e);
        if (reason == "CERTIFICATE_EXPIRED")
            renewal.Refuse();
        if (reason is not ("PROTOCOL_VERSION" or "WORKER_REMOVED" or "CERTIFICATE_WRONG" or "WORKER_NAME_MISMATCH"))
            return null;
        if (reason == "WORKER_REMOVED")
        {
            // Others have its jobs already.
            foreach (var attempt in attempts.All)
                GiveUp(attempt);
        }

        return new WorkerRefusedException($"the orchestrator refuses this worker: {e.Status.Detail}");
    }

    private static string? Reason(RpcException e) => e.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    private WorkerRefusedException Refused(WorkerRefusedException refusal)
    {
        _welcomed.TrySetException(refusal);
        return refusal;
    }

    private async Task RunSessionAsync(CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        sleep.Start(_sleepLimit);
        using var call = link.Workers.Session(cancellationToken: over.Token);
        try
        {
            await call.RequestStream.WriteAsync(new WorkerMessage { Hello = _self.Hello() }, over.Token);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The call is over before it began: the answer says why.
        }

        // The orchestrator's first word, or none: a server that accepts and stays silent is as good as away. When this ends the callback may be under way,
        // and what it cancels must still be there.
        await using var silence = clock.CreateTimer(
            _ =>
            {
                link.Renew();
                over.Cancel();
            },
            null, WelcomeWait, Timeout.InfiniteTimeSpan);
        if (!await call.ResponseStream.MoveNext(over.Token) || call.ResponseStream.Current.Welcome is not { } welcome)
            throw new InvalidOperationException("the orchestrator did not begin with a welcome");
        if (welcome.HeartbeatInterval is null)
            throw new InvalidOperationException("the orchestrator's welcome names no heartbeat");
        var served = welcome.Protocol is { } version ? new Domain.Workers.ProtocolVersion(version.Major, version.Minor) : Domain.Workers.ProtocolVersion.Unsaid;
        if (Domain.Workers.ProtocolVersion.Refusal(served, Domain.Workers.ProtocolVersion.Current) is { } mismatch)
            throw new WorkerRefusedException($"this worker does not fit {options.Server}: {mismatch}");
        foreach (var lost in welcome.Lost)
        {
            if (JobId.TryParse(lost.JobId, out var id) && attempts.Find(id, lost.Attempt) is { } attempt)
                GiveUp(attempt);
        }

        var interval = welcome.HeartbeatInterval.ToTimeSpan();
        // Long enough not to take a busy machine for a sleeping one, and shorter than a lease.
        sleep.Start(_sleepLimit = interval * 1.5);
        _longestWait = interval < LongestWait ? interval : LongestWait;
        LearnWindow(welcome.ReconnectWindow);
        var writing = WriteAsync(call.RequestStream, outbox.Open(), over);
        var beating = BeatAsync(interval, over);
        var renewing = renewal.RunAsync(outbox.TrySend, over.Token);
        LogConnected(options.Server);
        metrics.Connected();
        Volatile.Write(ref _connected, true);
        _welcomed.TrySetResult();
        if (_draining)
            Drain();
        try
        {
            do
            {
                silence.Change(interval * 3, Timeout.InfiniteTimeSpan);
            }
            while (await TakeNextAsync(call.ResponseStream, over.Token));
            throw new InvalidOperationException("the orchestrator closed the stream");
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(writing, beating, renewing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (beating.Exception is { } failure)
                LogSessionFailed(options.Server, failure);
        }
    }

    private async Task<bool> TakeNextAsync(IAsyncStreamReader<OrchestratorMessage> stream, CancellationToken cancellationToken)
    {
        if (!await stream.MoveNext(cancellationToken))
            return false;
        // What came in before a sleep may not hold any more: it is asked for anew.
        if (sleep.Look() is { } slept)
            throw new InvalidOperationException($"this worker stood still for {slept.TotalSeconds:0} s");
        var message = stream.Current;
        switch (message.MessageCase)
        {
            case OrchestratorMessage.MessageOneofCase.Lease:
                if (!JobId.TryParse(message.Lease.JobId, out _))
                    throw new InvalidOperationException($"the orchestrator sent a lease for '{Printable.Of(message.Lease.JobId)}', which is no job");
                var attempt = new HeldAttempt(message.Lease);
                if (!attempts.TryAdd(attempt))
                    attempt.Dispose();
                else if (_draining || _self.IsPaused)
                    runner.TryReturn(attempt);
                else
                    _ = runner.RunAsync(attempt);
                break;
            case OrchestratorMessage.MessageOneofCase.Cancel:
                if (JobId.TryParse(message.Cancel.JobId, out var cancelled))
                    attempts.Find(cancelled, message.Cancel.Attempt)?.Cancel();
                break;
            case OrchestratorMessage.MessageOneofCase.Ack:
                if (JobId.TryParse(message.Ack.JobId, out var settled) && attempts.Find(settled, message.Ack.Attempt) is { } ended)
                    outbox.Settle(ended);
                break;
            case OrchestratorMessage.MessageOneofCase.Prefetch:
                prefetch.Add(message.Prefetch);
                break;
            case OrchestratorMessage.MessageOneofCase.Certificate:
                renewal.Take(message.Certificate);
                break;
            case OrchestratorMessage.MessageOneofCase.HeartbeatAck:
                LearnWindow(message.HeartbeatAck.ReconnectWindow);
                outbox.ConfirmHeartbeat();
                break;
        }

        return true;
    }

    private void LearnWindow(Duration? told)
    {
        var window = told?.ToTimeSpan() ?? TimeSpan.Zero;
        _window = window < LongestWindow ? window : LongestWindow;
    }

    private void GiveUp(HeldAttempt attempt)
    {
        attempt.Abandon();
        if (attempt.Stage == AttemptStage.Ended)
            outbox.Settle(attempt);
    }

    private async Task WriteAsync(
        IClientStreamWriter<WorkerMessage> stream, System.Threading.Channels.ChannelReader<WorkerMessage> messages, CancellationTokenSource over)
    {
        try
        {
            await foreach (var message in messages.ReadAllAsync(over.Token))
            {
                // Nothing that was written down before a sleep is told after it as if it were news.
                if (sleep.Look() is not null)
                    return;
                await stream.WriteAsync(message, over.Token);
            }
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private async Task BeatAsync(TimeSpan interval, CancellationTokenSource over)
    {
        try
        {
            using var timer = new PeriodicTimer(interval, clock);
            ArtifactCache? told = null;
            do
            {
                var heartbeat = new Heartbeat { Load = _self.ReadLoad() };
                var cache = ArtifactReport.Create(sandbox);
                if (!cache.Equals(told))
                    heartbeat.ArtifactCache = told = cache;
                if (outbox.SendHeartbeat(heartbeat))
                    metrics.Beat();
            }
            while (await timer.WaitForNextTickAsync(over.Token));
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    [LoggerMessage(3201, LogLevel.Information, "connected to {Server}")]
    private partial void LogConnected(string server);

    [LoggerMessage(3202, LogLevel.Warning, "no connection to {Server}: {Reason}; trying again")]
    private partial void LogDisconnected(string server, string reason);

    [LoggerMessage(3203, LogLevel.Debug, "session ended at shutdown ({Cause})")]
    private partial void LogStopped(string cause);

    [LoggerMessage(3205, LogLevel.Warning, "this worker stood still for {Seconds} s, as when its machine sleeps: asking the orchestrator what it still holds")]
    private partial void LogSlept(long seconds);

    [LoggerMessage(3204, LogLevel.Error, "the session with {Server} failed unexpectedly; trying again")]
    private partial void LogSessionFailed(string server, Exception exception);
}

/// <summary>The orchestrator will not have this worker, however often it asks; the message says why.</summary>
public sealed class WorkerRefusedException(string message) : Exception(message);
