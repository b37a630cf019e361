using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>What failed for good. A single one is retried or removed as the job that it is.</summary>
internal sealed class DeadLetterRoutes(JobReading reading, JobChanges changes, JobGrpcService service) : IRestResource
{
    private const string Tag = "dead letters";

    public void Map(RestRoutes routes)
    {
        routes.Get("/deadletters", "JobService/List", new Operation("listDeadLetters", Tag, "Jobs that failed for good, newest first"), ListAsync)
            .Query(ListJobsRequest.Descriptor, "deadLettered").Gives(ListJobsResponse.Descriptor);
        routes.Post("/deadletters:redrive", "JobService/RedriveMatching", new Operation("redrive", Tag, "Has every dead letter that matches run once more"), RedriveAsync)
            .Takes(ProtoJson.ContentType, MatchingJobsRequest.Descriptor).Gives(MatchingJobsResponse.Descriptor);
        routes.Post("/deadletters:purge", "JobService/PurgeMatching", new Operation("purge", Tag, "Removes every dead letter that matches"), PurgeAsync)
            .Takes(ProtoJson.ContentType, MatchingJobsRequest.Descriptor).Gives(MatchingJobsResponse.Descriptor);
    }

    private async Task ListAsync(HttpContext context)
    {
        var request = QueryFields.Read<ListJobsRequest>(context);
        request.DeadLettered = true;
        await JobRoutes.WriteAsync(context, reading, request);
    }

    private async Task RedriveAsync(HttpContext context)
    {
        var sent = await JsonBody.ReadAsync<MatchingJobsRequest>(context);
        var caller = Caller.Of(context);
        var change = changes.RedriveMatchingAsync(caller, JobMapping.Read(sent), sent.All, context.RequestAborted);
        await ProtoJson.WriteAsync(context, await service.RecordedAsync("job.redrive", change, sent, caller, context.Peer()));
    }

    private async Task PurgeAsync(HttpContext context)
    {
        var sent = await JsonBody.ReadAsync<MatchingJobsRequest>(context);
        var caller = Caller.Of(context);
        var change = changes.PurgeMatchingAsync(caller, JobMapping.Read(sent), sent.All, context.RequestAborted);
        await ProtoJson.WriteAsync(context, await service.RecordedAsync("job.purge", change, sent, caller, context.Peer()));
    }
}
