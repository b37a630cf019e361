using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What is done to workers from the page.</summary>
internal sealed class NodeActions(FleetAdministration administration)
{
    public async Task<Done> DrainAsync(Visit visit, WebForm form)
    {
        var name = visit.Route("name");
        await administration.DrainAsync(name, form.Duration("within", "the deadline"));
        return new Done($"{name} is drained: it finishes what it holds and takes nothing new.");
    }

    public async Task<Done> ResumeAsync(Visit visit)
    {
        await administration.ResumeAsync(visit.Route("name"));
        return new Done($"{visit.Route("name")} takes jobs again.");
    }

    public async Task<Done> RemoveAsync(Visit visit)
    {
        var name = visit.Route("name");
        var jobs = await administration.RemoveAsync(name);
        return new Done($"{name} is removed; {(jobs == 1 ? "1 job that it held goes" : $"{jobs} jobs that it held go")} to others.", "/nodes");
    }
}
