using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Enrolment;
using MiniLambda.Orchestrator.Metrics;
using MiniLambda.Orchestrator.Sessions;
using ProtocolVersion = MiniLambda.Domain.Workers.ProtocolVersion;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The worker's stream: reads what comes up and hands it to those who know what to do with it.</summary>
internal sealed partial class WorkerGrpcService(
    Fleet fleet, AttemptLedger ledger, JobDispatcher dispatcher, WorkerReports reports, NodeEnrolment enrolment, OrchestratorOptions options,
    StreamLifetime lifetime, TimeProvider clock, NodeMetrics metrics, ILogger<WorkerGrpcService> logger) : WorkerService.WorkerServiceBase, IDisposable
{
    /// <summary>Commits of one stream that may be under way at once; reading pauses at more.</summary>
    private const int MaxUnderWay = 512;

    /// <summary>Workers taken in at once: when all come back together, those that are here already must still be heard.</summary>
    private const int MaxAdmitting = 4;

    private static readonly TimeSpan HelloWait = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _admitting = new(MaxAdmitting);

    public override async Task Session(
        IAsyncStreamReader<WorkerMessage> requestStream, IServerStreamWriter<OrchestratorMessage> responseStream, ServerCallContext context)
    {
        var hello = await ReadHelloAsync(requestStream, context.CancellationToken);
        // First of all: what another version says may mean something else.
        if (ProtocolVersion.Refusal(ProtocolVersion.Current, WorkerMapping.Version(hello.Protocol)) is { } mismatch)
            throw RpcErrors.Create(StatusCode.FailedPrecondition, "PROTOCOL_VERSION", mismatch);
        if (HelloRules.Problem(hello) is { } problem)
            throw RpcErrors.Invalid("PROTOCOL_ERROR", problem);
        var description = enrolment.Admit(Caller.Of(context), WorkerMapping.Description(hello)) with { IsConfidential = IsConfidential(context.GetHttpContext()) };

        using var ending = lifetime.Link(context);
        using var session = new WorkerSession(description.Name, Caller.Of(context), ending.Token);
        try
        {
            await _admitting.WaitAsync(session.Aborted);
            try
            {
                Welcome(session, hello, description);
            }
            finally
            {
                _admitting.Release();
            }

            LogJoined(description.Name, description.Arch, description.Os, description.Slots);
            var writing = session.WriteAsync(responseStream);
            await ReadAsync(requestStream, session);
            session.Abort("it hung up");
            await writing;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The stream broke or was cut: the worker dials again.
        }
        finally
        {
            fleet.Leave(session);
            dispatcher.WorkerLeft();
            LogLeft(description.Name, session.AbortReason);
        }

        if (StreamLifetime.EndedByToken(context) is { } ended)
            throw ended;
    }

    public void Dispose() => _admitting.Dispose();

    private static bool IsConfidential(HttpContext connection) =>
        connection.Request.IsHttps || connection.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);

    private async Task<WorkerHello> ReadHelloAsync(IAsyncStreamReader<WorkerMessage> stream, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(HelloWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (await stream.MoveNext(either.Token) && stream.Current.Hello is { } hello)
                return hello;
        }
        catch (Exception e) when (late.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            throw RpcErrors.Create(StatusCode.DeadlineExceeded, "PROTOCOL_ERROR", "a worker's hello must follow its call at once");
        }

        throw RpcErrors.Invalid("PROTOCOL_ERROR", "a worker's first message must be its hello");
    }

    private Duration Window() => ReconnectWindow.Compute(fleet.Count, options.LeaseDuration).ToDuration();

    private void Welcome(WorkerSession session, WorkerHello hello, WorkerDescription description)
    {
        var held = hello.Held.Select(h => (Id: JobId.TryParse(h.JobId, out var id) ? id : default, h.Attempt)).ToHashSet();
        var welcome = new Welcome
        {
            HeartbeatInterval = options.HeartbeatInterval.ToDuration(),
            LeaseDuration = options.LeaseDuration.ToDuration(),
            ReconnectWindow = Window(),
            Protocol = new Contracts.V1.ProtocolVersion { Major = ProtocolVersion.Current.Major, Minor = ProtocolVersion.Current.Minor },
        };
        // The welcome must be the first message on the stream, before any lease that joining sets free.
        var answer = fleet.Join(
            session, description, held,
            lost =>
            {
                welcome.Lost.Add(lost.Select(l => new Contracts.V1.HeldLease { JobId = l.Id.Value, Attempt = l.Attempt }));
                session.TrySend(new OrchestratorMessage { Welcome = welcome });
            });
        if (answer == JoinAnswer.NameInUse)
            throw RpcErrors.Create(StatusCode.AlreadyExists, "WORKER_NAME_IN_USE", $"another worker named '{description.Name}' is connected");
        if (answer == JoinAnswer.Removed)
            throw RpcErrors.Create(StatusCode.FailedPrecondition, "WORKER_REMOVED", $"worker '{description.Name}' was removed; start it anew to bring it back");
        dispatcher.WorkerJoined();
        _ = SettleOrphansAsync(description.Name);
    }

    // Whatever becomes of the stream. What fails here, the lease monitor tries again.
    private async Task SettleOrphansAsync(string worker)
    {
        try
        {
            await ledger.SettleOrphansAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotSettled(worker, e);
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<WorkerMessage> stream, WorkerSession session)
    {
        using var underWay = new SemaphoreSlim(MaxUnderWay);
        try
        {
            while (await stream.MoveNext(session.Aborted))
            {
                var message = stream.Current;
                var heartbeat = message.Heartbeat;
                var readiness = fleet.Touch(
                    session, heartbeat?.Load is { } load ? WorkerMapping.Load(load) : null, heartbeat?.ArtifactCache is { } cache ? WorkerMapping.Cache(cache) : null);
                if (readiness == Readiness.Gained)
                    dispatcher.WorkerJoined();
                else if (readiness == Readiness.Lost)
                    dispatcher.WorkerLeft();
                if (message.MessageCase == WorkerMessage.MessageOneofCase.Draining)
                {
                    fleet.Drain(session);
                    dispatcher.WorkerLeft();
                    continue;
                }

                // The store applies changes in the order of the calls, so nothing here waits for a commit before it reads on.
                await underWay.WaitAsync(session.Aborted);
                _ = HandleAsync(message, session, underWay);
            }
        }
        finally
        {
            // What is under way comes to its end before the semaphore goes.
            for (var i = 0; i < MaxUnderWay; i++)
                await underWay.WaitAsync(CancellationToken.None);
        }
    }

    private async Task HandleAsync(WorkerMessage message, WorkerSession session, SemaphoreSlim underWay)
    {
        try
        {
            await HandleAsync(message, session);
        }
        catch (Exception e)
        {
            // Not acknowledged, so the worker delivers it again when it has dialled in anew.
            if (!session.Aborted.IsCancellationRequested)
            {
                LogMessageFailed(session.WorkerName, message.MessageCase, e);
                session.Abort("its message could not be stored");
            }
        }
        finally
        {
            underWay.Release();
        }
    }

    private async Task HandleAsync(WorkerMessage message, WorkerSession session)
    {
        switch (message.MessageCase)
        {
            case WorkerMessage.MessageOneofCase.Heartbeat:
                metrics.Heard();
                // The answer says that all log which came before is stored; most heartbeats follow none.
                await reports.FlushLogAsync(session);
                session.TrySend(new OrchestratorMessage { HeartbeatAck = new HeartbeatAck { ReconnectWindow = Window() } });
                break;
            case WorkerMessage.MessageOneofCase.Started when JobId.TryParse(message.Started.JobId, out var job):
                await reports.StartedAsync(session, job, message.Started.Attempt);
                break;
            case WorkerMessage.MessageOneofCase.Log when JobId.TryParse(message.Log.JobId, out var job):
                await reports.LogAsync(session, job, message.Log.Attempt, message.Log.Offset, message.Log.Data.Memory);
                break;
            case WorkerMessage.MessageOneofCase.Completed when JobId.TryParse(message.Completed.JobId, out var job):
                var completed = message.Completed;
                Acknowledge(
                    session, completed.JobId, completed.Attempt,
                    await reports.FinishedAsync(session, job, completed.Attempt, WorkerMapping.Report(completed)));
                break;
            case WorkerMessage.MessageOneofCase.Returned when JobId.TryParse(message.Returned.JobId, out var job):
                var returned = message.Returned;
                Acknowledge(session, returned.JobId, returned.Attempt, await reports.ReturnedAsync(session, job, returned.Attempt));
                break;
            case WorkerMessage.MessageOneofCase.Renew:
                if (await enrolment.RenewAsync(session.WorkerName, message.Renew.CertificateRequest.Memory) is { } certificate)
                    session.TrySend(new OrchestratorMessage { Certificate = certificate });
                else
                    session.Abort("it asked for a certificate with a request that is none, or it has none to renew");
                break;
            default:
                session.Abort($"it sent an unexpected {message.MessageCase}, or one of no job");
                break;
        }
    }

    private static void Acknowledge(WorkerSession session, string jobId, int attempt, bool accepted) =>
        session.TrySend(new OrchestratorMessage { Ack = new CompletionAck { JobId = jobId, Attempt = attempt, Accepted = accepted } });

    [LoggerMessage(1501, LogLevel.Information, "worker {Worker} joined ({Arch}, {Os}, {Slots} slots)")]
    private partial void LogJoined(string worker, string arch, string os, int slots);

    [LoggerMessage(1502, LogLevel.Information, "worker {Worker} left: {Reason}")]
    private partial void LogLeft(string worker, string reason);

    [LoggerMessage(1503, LogLevel.Error, "a {Kind} of worker {Worker} could not be stored")]
    private partial void LogMessageFailed(string worker, WorkerMessage.MessageOneofCase kind, Exception exception);

    [LoggerMessage(1504, LogLevel.Error, "leases that worker {Worker} lost could not be settled; it is tried again")]
    private partial void LogNotSettled(string worker, Exception exception);
}
