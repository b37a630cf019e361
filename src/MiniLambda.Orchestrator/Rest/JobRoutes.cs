using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;
using MiniLambda.Orchestrator.Traces;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Jobs.</summary>
internal sealed class JobRoutes(JobIntake intake, JobReading reading, JobChanges changes, JobGrpcService service) : IRestResource
{
    private const string Tag = "jobs";

    public void Map(RestRoutes routes)
    {
        routes.Post("/jobs", "JobService/Submit", new Operation("submitJob", Tag, "Accepts a job; the answer comes once it is on disk"), SubmitAsync)
            .Header("Idempotency-Key", "Instead of idempotencyKey in the body.")
            .Takes(ProtoJson.ContentType, SubmitJobRequest.Descriptor)
            .Gives(SubmitJobResponse.Descriptor, StatusCodes.Status201Created, "Accepted.")
            .Gives(SubmitJobResponse.Descriptor, description: "An earlier request with the same key had made it.");
        routes.Get("/jobs", "JobService/List", new Operation("listJobs", Tag, "Jobs that match, newest first"), ListAsync)
            .Query(ListJobsRequest.Descriptor).Gives(ListJobsResponse.Descriptor);
        routes.Get("/jobs/{id}", "JobService/Get", new Operation("getJob", Tag, "One job with the history of its attempts"), GetAsync).Gives(Job.Descriptor);
        routes.Delete("/jobs/{id}", "JobService/Remove", new Operation("removeJob", Tag, "Removes a job that has its outcome, with its log and result"), RemoveAsync)
            .Gives(StatusCodes.Status204NoContent, "Removed.");
        routes.Get("/jobs/{id}/explain", "JobService/Explain", new Operation("explainJob", Tag, "Why a job waits, or why it ran where it ran"), ExplainAsync)
            .Gives(Explanation.Descriptor);
        routes.Post("/jobs/{id}/cancel", "JobService/Cancel", new Operation("cancelJob", Tag, "Cancels a job that has no outcome yet"), CancelAsync)
            .Gives(Job.Descriptor);
        routes.Post("/jobs/{id}/retry", "JobService/Retry", new Operation("retryJob", Tag, "Has a job that failed run once more"), RetryAsync)
            .Gives(Job.Descriptor);
        routes.Post("/jobs:cancel", "JobService/CancelMatching", new Operation("cancelMatching", Tag, "Cancels every job that matches and has no outcome yet"), CancelMatchingAsync)
            .Takes(ProtoJson.ContentType, MatchingJobsRequest.Descriptor).Gives(MatchingJobsResponse.Descriptor);
    }

    private async Task SubmitAsync(HttpContext context)
    {
        var sent = await JsonBody.ReadAsync<SubmitJobRequest>(context);
        if (context.IdempotencyKey() is { Length: > 0 } key)
        {
            if (sent.IdempotencyKey.Length > 0 && sent.IdempotencyKey != key)
                throw ProblemException.NotReadable("the header Idempotency-Key and the field idempotencyKey differ: send one of them");
            sent.IdempotencyKey = key;
        }

        var (submission, unplaceable) = await intake.SubmitAsync(JobMapping.Read(sent, Caller.Of(context), CallTrace.Of(context)), context.RequestAborted);
        var written = JobMapping.Write(submission.Job);
        written.Unplaceable = unplaceable;
        var repeated = submission.Status == SubmissionStatus.Repeated;
        context.Response.Headers.Location = RestCall.Path("jobs", written.Id);
        await ProtoJson.WriteAsync(
            context, new SubmitJobResponse { Job = written, RepeatedRequest = repeated }, repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private async Task ListAsync(HttpContext context)
    {
        var request = QueryFields.Read<ListJobsRequest>(context);
        await WriteAsync(context, reading, request);
    }

    /// <summary>Answers a list of jobs.</summary>
    public static async Task WriteAsync(HttpContext context, JobReading reading, ListJobsRequest request)
    {
        var page = await reading.ListAsync(
            Caller.Of(context), JobMapping.Read(request), Paging.Read(request.PageSize, request.PageToken), context.RequestAborted);
        context.LinkNext(page.NextToken);
        await ProtoJson.WriteAsync(context, new ListJobsResponse { Jobs = { page.Items.Select(j => JobMapping.Write(j)) }, NextPageToken = page.NextToken });
    }

    private async Task GetAsync(HttpContext context)
    {
        var detail = await reading.GetAsync(Caller.Of(context), context.Route("id"), context.RequestAborted);
        await ProtoJson.WriteAsync(context, JobMapping.Write(detail));
    }

    private async Task ExplainAsync(HttpContext context) => await ProtoJson.WriteAsync(
        context, JobMapping.Write(await reading.ExplainAsync(Caller.Of(context), context.Route("id"), context.RequestAborted)));

    private async Task CancelAsync(HttpContext context) => await ProtoJson.WriteAsync(
        context, JobMapping.Write(await changes.CancelAsync(Caller.Of(context), context.Peer(), context.Route("id"), context.RequestAborted)));

    private async Task RetryAsync(HttpContext context) => await ProtoJson.WriteAsync(
        context, JobMapping.Write(await changes.RetryAsync(Caller.Of(context), context.Peer(), context.Route("id"), context.RequestAborted)));

    private async Task RemoveAsync(HttpContext context)
    {
        await changes.RemoveAsync(Caller.Of(context), context.Peer(), context.Route("id"), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task CancelMatchingAsync(HttpContext context)
    {
        var sent = await JsonBody.ReadAsync<MatchingJobsRequest>(context);
        var caller = Caller.Of(context);
        var change = changes.CancelMatchingAsync(caller, JobMapping.Read(sent), sent.All, context.RequestAborted);
        await ProtoJson.WriteAsync(context, await service.RecordedAsync("job.cancel", change, sent, caller, context.Peer()));
    }
}
