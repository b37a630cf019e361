using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Traces;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Jobs over gRPC.</summary>
internal sealed partial class JobGrpcService(
    JobIntake intake, JobBatch batch, JobReading reading, JobChanges changes, StreamLifetime lifetime, AuditLog audit) : JobService.JobServiceBase
{
    public override async Task<SubmitJobResponse> Submit(SubmitJobRequest request, ServerCallContext context)
    {
        var (submission, unplaceable) = await intake.SubmitAsync(JobMapping.Read(request, Caller.Of(context), CallTrace.Of(context)), context.CancellationToken);
        var written = JobMapping.Write(submission.Job);
        written.Unplaceable = unplaceable;
        return new SubmitJobResponse { Job = written, RepeatedRequest = submission.Status == SubmissionStatus.Repeated };
    }

    public override async Task<InvokeJobResponse> Invoke(SubmitJobRequest request, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        var (job, result) = await intake.InvokeAsync(JobMapping.Read(request, Caller.Of(context), CallTrace.Of(context)), context.CancellationToken, ending.Token);
        return new InvokeJobResponse { Job = JobMapping.Write(job), Result = UnsafeByteOperations.UnsafeWrap(result.Inline) };
    }

    public override async Task<Job> Get(GetJobRequest request, ServerCallContext context) =>
        JobMapping.Write(await reading.GetAsync(Caller.Of(context), request.Id, context.CancellationToken));

    public override async Task<Explanation> Explain(ExplainJobRequest request, ServerCallContext context) =>
        JobMapping.Write(await reading.ExplainAsync(Caller.Of(context), request.Id, context.CancellationToken));

    public override async Task<ListJobsResponse> List(ListJobsRequest request, ServerCallContext context)
    {
        var page = await reading.ListAsync(
            Caller.Of(context), JobMapping.Read(request), Paging.Read(request.PageSize, request.PageToken), context.CancellationToken);
        return new ListJobsResponse { Jobs = { page.Items.Select(j => JobMapping.Write(j)) }, NextPageToken = page.NextToken };
    }

    public override async Task<Job> Cancel(CancelJobRequest request, ServerCallContext context) =>
        JobMapping.Write(await changes.CancelAsync(Caller.Of(context), Caller.PeerOf(context), request.Id, context.CancellationToken));

    public override async Task<Job> Retry(RetryJobRequest request, ServerCallContext context) =>
        JobMapping.Write(await changes.RetryAsync(Caller.Of(context), Caller.PeerOf(context), request.Id, context.CancellationToken));

    public override async Task<RemoveJobResponse> Remove(RemoveJobRequest request, ServerCallContext context)
    {
        await changes.RemoveAsync(Caller.Of(context), Caller.PeerOf(context), request.Id, context.CancellationToken);
        return new RemoveJobResponse();
    }

    public override async Task Watch(WatchJobsRequest request, IServerStreamWriter<Job> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        await foreach (var job in reading.WatchAsync(Caller.Of(context), request.Ids, request.AfterRevision, ending.Token))
            await responseStream.WriteAsync(JobMapping.Write(job), ending.Token);
    }

    public override async Task Logs(JobLogsRequest request, IServerStreamWriter<JobLogChunk> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        // A guest may stay silent for long: who follows its log is to know at once that there is somebody to come back to.
        await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        await foreach (var piece in reading.ReadLogAsync(Caller.Of(context), request.Id, request.AfterPosition, request.Follow, ending.Token))
            await responseStream.WriteAsync(JobMapping.Write(piece), ending.Token);
    }

    public override async Task Result(JobResultRequest request, IServerStreamWriter<JobResultChunk> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        var result = await reading.ResultAsync(Caller.Of(context), request.Id, request.Offset, ending.Token);
        await reading.SendAsync(
            result, request.Offset,
            (offset, data) => responseStream.WriteAsync(
                new JobResultChunk { Offset = offset, TotalSize = result.Size, Data = UnsafeByteOperations.UnsafeWrap(data) }, ending.Token),
            ending.Token);
    }

    public override async Task Input(JobInputRequest request, IServerStreamWriter<JobInputChunk> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        var input = await reading.InputAsync(Caller.Of(context), request.Id, request.Offset, ending.Token);
        await reading.SendAsync(
            input, request.Offset,
            (offset, data) => responseStream.WriteAsync(
                new JobInputChunk { Offset = offset, TotalSize = input.Size, Data = UnsafeByteOperations.UnsafeWrap(data) }, ending.Token),
            ending.Token);
    }
}
