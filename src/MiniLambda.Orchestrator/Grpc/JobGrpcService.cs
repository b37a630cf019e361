using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Traces;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Jobs over gRPC.</summary>
internal sealed partial class JobGrpcService(
    JobAdmission admission, JobExplainer explainer, MatchingJobs matching, AttemptLedger ledger, FunctionCatalog functions, IJobStore store,
    IJobLogStore logs, IBlobStore blobs, JobEvents events, StreamLifetime lifetime, TimeProvider clock) : JobService.JobServiceBase
{
    private const int MaxWatched = 1000;
    private const int LogPiecesPerRead = 256;

    public override async Task<SubmitJobResponse> Submit(SubmitJobRequest request, ServerCallContext context)
    {
        var submission = await SubmitAsync(admission.NewId(), request, isUrgent: true, context);
        var written = JobMapping.Write(submission.Job);
        written.Unplaceable = await explainer.UnplaceableAsync(submission.Job, context.CancellationToken);
        return new SubmitJobResponse { Job = written, RepeatedRequest = submission.Status == SubmissionStatus.Repeated };
    }

    public override async Task<InvokeJobResponse> Invoke(SubmitJobRequest request, ServerCallContext context)
    {
        var id = admission.NewId();
        using var watch = events.Watch([id]);
        var submission = await SubmitAsync(id, request, isUrgent: false, context);
        using var ending = lifetime.Link(context.CancellationToken);
        if (submission.Status == SubmissionStatus.Repeated)
            return await InvokedBeforeAsync(submission.Job, ending.Token);
        var job = await watch.WaitForOutcomeAsync(submission.Job, ending.Token);
        // The change that was published bears the result that was stored with it.
        return Invoked(job, job.Status.Report?.Stdout ?? Payload.Empty);
    }

    public override async Task<Job> Get(GetJobRequest request, ServerCallContext context)
    {
        var job = await FindAsync(request.Id, context.CancellationToken);
        var written = JobMapping.Write(job, await store.ListAttemptsAsync(job.Id, context.CancellationToken));
        written.Unplaceable = await explainer.UnplaceableAsync(job, context.CancellationToken);
        written.Explanation = JobMapping.Write(await explainer.ExplainAsync(job, context.CancellationToken));
        return written;
    }

    public override async Task<Explanation> Explain(ExplainJobRequest request, ServerCallContext context) =>
        JobMapping.Write(await explainer.ExplainAsync(await FindAsync(request.Id, context.CancellationToken), context.CancellationToken));

    public override async Task<ListJobsResponse> List(ListJobsRequest request, ServerCallContext context)
    {
        var query = Query(request.States, request.Function, request.Version, request.Worker, request.Tenant, request.DeadLettered) with
        {
            CreatedAfter = request.CreatedAfter is { } after ? JobMapping.Read(after) : null,
            CreatedBefore = request.CreatedBefore is { } before ? JobMapping.Read(before) : null,
        };
        var page = await store.ListAsync(query, Paging.Read(request.PageSize, request.PageToken), context.CancellationToken);
        return new ListJobsResponse { Jobs = { page.Items.Select(j => JobMapping.Write(j)) }, NextPageToken = page.NextToken };
    }

    public override async Task<Job> Cancel(CancelJobRequest request, ServerCallContext context)
    {
        var id = ParseId(request.Id);
        var change = await ledger.CancelAsync(id, context.CancellationToken);
        return change switch
        {
            { Job: null } => throw RpcErrors.JobNotFound(request.Id),
            { Status: TransitionStatus.Final, Job: { } job } => throw RpcErrors.JobFinished(id, job.Status.State),
            { Job: { } job } => JobMapping.Write(job),
        };
    }

    public override async Task<Job> Retry(RetryJobRequest request, ServerCallContext context)
    {
        var id = ParseId(request.Id);
        if (await ModuleGoneAsync(await FindAsync(request.Id, context.CancellationToken), context.CancellationToken) is { } gone)
            throw RpcErrors.Create(StatusCode.FailedPrecondition, "MODULE_GONE", gone);
        return await ledger.RetryAsync(id, context.CancellationToken) switch
        {
            { Job: null } => throw RpcErrors.JobNotFound(request.Id),
            { Status: TransitionStatus.Final } => throw RpcErrors.Create(
                StatusCode.FailedPrecondition, "JOB_SUCCEEDED", $"job {id} has succeeded: submit it anew to run it again"),
            { Status: TransitionStatus.Stale, Job: { } job } => throw RpcErrors.JobNotFinished(id, job.Status.State),
            { Job: { } job } => JobMapping.Write(job),
        };
    }

    public override async Task<RemoveJobResponse> Remove(RemoveJobRequest request, ServerCallContext context)
    {
        var id = ParseId(request.Id);
        return await ledger.RemoveAsync(id, context.CancellationToken) switch
        {
            { Job: null } => throw RpcErrors.JobNotFound(request.Id),
            { Status: TransitionStatus.Stale, Job: { } job } => throw RpcErrors.JobNotFinished(id, job.Status.State),
            _ => new RemoveJobResponse(),
        };
    }

    public override async Task Watch(WatchJobsRequest request, IServerStreamWriter<Job> responseStream, ServerCallContext context)
    {
        if (request.Ids.Count is 0 or > MaxWatched)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"a watch takes 1 to {MaxWatched} job ids, not {request.Ids.Count}");
        var waiting = request.Ids.Select(ParseId).ToHashSet();
        using var ending = lifetime.Link(context.CancellationToken);
        using var watch = events.Watch(waiting.ToArray());
        var sent = new Dictionary<JobId, long>();
        foreach (var id in waiting.ToArray())
            await TellAsync(await FindAsync(id.Value, context.CancellationToken));
        while (waiting.Count > 0)
        {
            await watch.WaitAsync(ending.Token);
            foreach (var job in watch.TakeChanged())
                await TellAsync(job);
        }

        async Task TellAsync(JobRecord job)
        {
            if (job.Revision > Math.Max(request.AfterRevision, sent.GetValueOrDefault(job.Id)))
            {
                sent[job.Id] = job.Revision;
                await responseStream.WriteAsync(JobMapping.Write(job), context.CancellationToken);
            }

            if (job.Status.IsFinal)
                waiting.Remove(job.Id);
        }
    }

    public override async Task Logs(JobLogsRequest request, IServerStreamWriter<JobLogChunk> responseStream, ServerCallContext context)
    {
        var id = ParseId(request.Id);
        var position = request.AfterPosition;
        using var ending = lifetime.Link(context.CancellationToken);
        using var watch = events.Watch([id]);
        // A guest may stay silent for long: who follows its log is to know at once that there is somebody to come back to.
        await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        while (true)
        {
            // The state is read before the pieces: when it is final, all pieces that will ever come are there.
            var job = await FindAsync(request.Id, context.CancellationToken);
            IReadOnlyList<LogChunk> pieces;
            do
            {
                pieces = await logs.ReadAsync(id, position, LogPiecesPerRead, context.CancellationToken);
                foreach (var piece in pieces)
                {
                    position = piece.Position;
                    await responseStream.WriteAsync(
                        new JobLogChunk
                        {
                            Position = piece.Position,
                            Attempt = piece.Attempt,
                            Offset = piece.Offset,
                            At = JobMapping.Time(piece.At),
                            Data = UnsafeByteOperations.UnsafeWrap(piece.Data),
                        },
                        context.CancellationToken);
                }
            }
            while (pieces.Count == LogPiecesPerRead);

            if (!request.Follow || job.Status.IsFinal)
                return;
            await watch.WaitAsync(ending.Token);
        }
    }

    private async Task<Submission> SubmitAsync(JobId id, SubmitJobRequest request, bool isUrgent, ServerCallContext context)
    {
        var asked = JobMapping.Read(request, Caller.Of(context).Tenant, CallTrace.Of(context));
        var result = await admission.SubmitAsync(id, asked, isUrgent, context.CancellationToken);
        return result switch
        {
            { Submission: { } submission } => submission,
            { RetryAfter: { } after } => throw RpcErrors.QuotaExceeded(result.Message, after),
            { Reason: "FUNCTION_NOT_FOUND" or "BLOB_NOT_FOUND" } => throw RpcErrors.Create(StatusCode.NotFound, result.Reason, result.Message),
            { Reason: "IDEMPOTENCY_KEY_TAKEN" } => throw RpcErrors.Create(StatusCode.AlreadyExists, result.Reason, result.Message),
            _ => throw RpcErrors.Invalid(result.Reason, result.Message),
        };
    }

    // The job of an earlier request may have its outcome already, and then the store has its result.
    private async Task<InvokeJobResponse> InvokedBeforeAsync(JobRecord job, CancellationToken cancellationToken)
    {
        using var watch = events.Watch([job.Id]);
        job = await watch.WaitForOutcomeAsync(await FindAsync(job.Id.Value, cancellationToken), cancellationToken);
        return Invoked(job, await store.ReadResultAsync(job.Id, cancellationToken) ?? Payload.Empty);
    }

    private static InvokeJobResponse Invoked(JobRecord job, Payload result) =>
        new() { Job = JobMapping.Write(job), Result = UnsafeByteOperations.UnsafeWrap(result.Inline) };

    /// <summary>Why a job cannot run once more; null when it can.</summary>
    private async ValueTask<string?> ModuleGoneAsync(JobRecord job, CancellationToken cancellationToken)
    {
        var function = await functions.GetForJobAsync(job.Function, job.Version, cancellationToken);
        return blobs.Hold(function.Module) is null ? $"the module of {function.Name}@{function.Version} is gone: the function was deleted" : null;
    }

    private static JobQuery Query(
        IEnumerable<Job.Types.State> states, string function, int version, string worker, string tenant, bool deadLettered)
    {
        FunctionName? name = null;
        if (function.Length > 0)
            name = FunctionName.TryParse(function, out var parsed) ? parsed : throw RpcErrors.FunctionNotFound(function);
        return new JobQuery(
            [.. states.Distinct().Select(JobMapping.Read)], name, version == 0 ? null : version, worker.Length == 0 ? null : worker, deadLettered,
            tenant.Length == 0 ? null : tenant);
    }

    private async Task<JobRecord> FindAsync(string text, CancellationToken cancellationToken) =>
        await store.FindAsync(ParseId(text), cancellationToken) ?? throw RpcErrors.JobNotFound(text);

    private static JobId ParseId(string text) => JobId.TryParse(text, out var id) ? id : throw RpcErrors.JobNotFound(text);
}
