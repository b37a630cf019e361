using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>The orchestrator and its workers.</summary>
internal sealed class ClusterRoutes(ClusterReading reading, ClusterGrpcService service) : IRestResource
{
    private const string Tag = "workers";

    public void Map(RestRoutes routes)
    {
        routes.Get("/cluster", "ClusterService/Info", new Operation("getCluster", "cluster", "What the orchestrator is, what it accepts, and how busy it is"), InfoAsync)
            .Gives(ClusterInfo.Descriptor);
        routes.Get("/workers", "ClusterService/ListWorkers", new Operation("listWorkers", Tag, "Workers, by name"), ListAsync)
            .Query(ListWorkersRequest.Descriptor).Gives(ListWorkersResponse.Descriptor);
        routes.Get("/workers/{name}", "ClusterService/GetWorker", new Operation("getWorker", Tag, "One worker with its walls and its artifact cache"), GetAsync)
            .Gives(WorkerInfo.Descriptor);
        routes.Post("/workers/{name}/drain", "ClusterService/DrainWorker", new Operation("drainWorker", Tag, "A worker finishes what it holds and takes nothing new"), DrainAsync)
            .Takes(ProtoJson.ContentType, DrainWorkerRequest.Descriptor, isOptional: true).Gives(WorkerInfo.Descriptor);
        routes.Post("/workers/{name}/resume", "ClusterService/ResumeWorker", new Operation("resumeWorker", Tag, "A drained worker takes jobs again"), ResumeAsync)
            .Gives(WorkerInfo.Descriptor);
        routes.Delete("/workers/{name}", "ClusterService/RemoveWorker", new Operation("removeWorker", Tag, "Cuts a worker off and forgets it"), RemoveAsync)
            .Says("What it held goes to others at once.").Gives(RemoveWorkerResponse.Descriptor);
    }

    private Task InfoAsync(HttpContext context) => ProtoJson.WriteAsync(context, reading.Info(Caller.Of(context)));

    private Task ListAsync(HttpContext context)
    {
        var workers = reading.Workers(QueryFields.Read<ListWorkersRequest>(context));
        context.LinkNext(workers.NextPageToken);
        return ProtoJson.WriteAsync(context, workers);
    }

    private Task GetAsync(HttpContext context) => ProtoJson.WriteAsync(context, reading.Worker(Caller.Of(context), context.Route("name")));

    private async Task DrainAsync(HttpContext context)
    {
        var name = context.Route("name");
        var sent = await JsonBody.ReadAsync<DrainWorkerRequest>(context, isOptional: true);
        if (sent.Name.Length > 0 && sent.Name != name)
            throw ProblemException.NotReadable("the body names another worker than the path");
        sent.Name = name;
        await ProtoJson.WriteAsync(context, await service.DrainAsync(sent, Caller.Of(context), context.Peer()));
    }

    private async Task ResumeAsync(HttpContext context) =>
        await ProtoJson.WriteAsync(context, await service.ResumeAsync(context.Route("name"), Caller.Of(context), context.Peer()));

    private async Task RemoveAsync(HttpContext context) =>
        await ProtoJson.WriteAsync(context, await service.RemoveAsync(context.Route("name"), Caller.Of(context), context.Peer()));
}
