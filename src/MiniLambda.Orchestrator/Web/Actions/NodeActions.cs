using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What is done to workers from the page.</summary>
internal sealed class NodeActions(ClusterGrpcService cluster)
{
    public async Task<Done> DrainAsync(Visit visit, WebForm form)
    {
        var name = visit.Route("name");
        var request = new DrainWorkerRequest { Name = name, Deadline = form.Duration("within", "the deadline")?.ToDuration() };
        await cluster.DrainAsync(request, visit.Caller, visit.Peer);
        return new Done($"{name} is drained: it finishes what it holds and takes nothing new.");
    }

    public async Task<Done> ResumeAsync(Visit visit)
    {
        await cluster.ResumeAsync(visit.Route("name"), visit.Caller, visit.Peer);
        return new Done($"{visit.Route("name")} takes jobs again.");
    }

    public async Task<Done> RemoveAsync(Visit visit)
    {
        var name = visit.Route("name");
        var jobs = (await cluster.RemoveAsync(name, visit.Caller, visit.Peer)).FencedJobs;
        return new Done($"{name} is removed; {(jobs == 1 ? "1 job that it held goes" : $"{jobs} jobs that it held go")} to others.", "/nodes");
    }
}
