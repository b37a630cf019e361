using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Jobs over gRPC.</summary>
internal sealed class JobGrpcService(
    JobAdmission admission, AttemptLedger ledger, IJobStore store, IJobLogStore logs, IBlobStore blobs, JobEvents events,
    StreamLifetime lifetime) : JobService.JobServiceBase
{
    private const int MaxWatched = 1000;
    private const int LogPiecesPerRead = 256;

    public override async Task<SubmitJobResponse> Submit(SubmitJobRequest request, ServerCallContext context)
    {
        var job = await SubmitAsync(admission.NewId(), request, isUrgent: true, context.CancellationToken);
        var written = JobMapping.Write(job);
        written.Unplaceable = await admission.UnplaceableAsync(job, context.CancellationToken);
        return new SubmitJobResponse { Job = written };
    }

    public override async Task<InvokeJobResponse> Invoke(SubmitJobRequest request, ServerCallContext context)
    {
        var id = admission.NewId();
        using var watch = events.Watch([id]);
        var job = await SubmitAsync(id, request, isUrgent: false, context.CancellationToken);
        using var ending = lifetime.Link(context.CancellationToken);
        job = await watch.WaitForOutcomeAsync(job, ending.Token);
        // The change that was published bears the result that was stored with it.
        return new InvokeJobResponse
        {
            Job = JobMapping.Write(job),
            Result = job.Status.Report is { } report ? UnsafeByteOperations.UnsafeWrap(report.Stdout.Inline) : ByteString.Empty,
        };
    }

    public override async Task<Job> Get(GetJobRequest request, ServerCallContext context)
    {
        var job = await FindAsync(request.Id, context.CancellationToken);
        var written = JobMapping.Write(job, await store.ListAttemptsAsync(job.Id, context.CancellationToken));
        written.Unplaceable = await admission.UnplaceableAsync(job, context.CancellationToken);
        return written;
    }

    public override async Task<ListJobsResponse> List(ListJobsRequest request, ServerCallContext context)
    {
        FunctionName? function = null;
        if (request.Function.Length > 0)
            function = FunctionName.TryParse(request.Function, out var name) ? name : throw RpcErrors.FunctionNotFound(request.Function);
        var query = new JobQuery(
            [.. request.States.Distinct().Select(JobMapping.Read)], function, request.Version == 0 ? null : request.Version,
            request.Worker.Length == 0 ? null : request.Worker, request.DeadLettered);
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

    public override async Task Result(JobResultRequest request, IServerStreamWriter<JobResultChunk> responseStream, ServerCallContext context)
    {
        var job = await FindAsync(request.Id, context.CancellationToken);
        if (!job.Status.IsFinal)
            throw RpcErrors.JobNotFinished(job.Id, job.Status.State);
        var payload = await store.ReadResultAsync(job.Id, context.CancellationToken) ?? Payload.Empty;
        if (request.Offset < 0 || request.Offset > payload.Size)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"offset {request.Offset} is outside the result's {payload.Size} bytes");
        if (payload.Blob.IsEmpty)
        {
            await responseStream.WriteAsync(
                new JobResultChunk
                {
                    Offset = request.Offset,
                    TotalSize = payload.Size,
                    Data = UnsafeByteOperations.UnsafeWrap(payload.Inline[(int)request.Offset..]),
                },
                context.CancellationToken);
            return;
        }

        await BlobStreaming.SendAsync(
            blobs, payload.Blob, request.Offset,
            (offset, data) => responseStream.WriteAsync(
                new JobResultChunk { Offset = offset, TotalSize = payload.Size, Data = data }, context.CancellationToken),
            context.CancellationToken);
    }

    private async Task<JobRecord> SubmitAsync(JobId id, SubmitJobRequest request, bool isUrgent, CancellationToken cancellationToken)
    {
        var result = await admission.SubmitAsync(
            id,
            new JobRequest(
                request.Function, request.Version, request.Input.Memory, request.InputDigest, JobMapping.Read(request.Overrides), request.Priority),
            isUrgent, cancellationToken);
        return result.Job ?? throw RpcErrors.Create(
            result.Reason is "FUNCTION_NOT_FOUND" or "BLOB_NOT_FOUND" ? StatusCode.NotFound : StatusCode.InvalidArgument, result.Reason, result.Message);
    }

    private async Task<JobRecord> FindAsync(string text, CancellationToken cancellationToken) =>
        await store.FindAsync(ParseId(text), cancellationToken) ?? throw RpcErrors.JobNotFound(text);

    private static JobId ParseId(string text) => JobId.TryParse(text, out var id) ? id : throw RpcErrors.JobNotFound(text);
}
