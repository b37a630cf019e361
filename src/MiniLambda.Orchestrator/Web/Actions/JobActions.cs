using System.Text;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Web.Entrance;
using JobOverrides = MiniLambda.Domain.Jobs.JobOverrides;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What is done to jobs from the page: by the same rules as over gRPC.</summary>
internal sealed class JobActions(JobIntake intake, JobChanges changes, JobReading reading, JobGrpcService jobs)
{
    /// <summary>Dead letters that one form may choose: those of a page.</summary>
    private const int MaxChosen = 1000;

    public async Task<Done> LaunchAsync(Visit visit, WebForm form)
    {
        var hasFile = form.Files.TryGetValue("input-file", out var file);
        if (hasFile && form.Text("input").Length > 0)
            throw Refused.OutOfRange("the input is a text or a file, not both");
        var request = new JobRequest(
            visit.Caller, form["function"], form.Number("version", "the version") ?? 0, hasFile ? default : Encoding.UTF8.GetBytes(form.Text("input")),
            hasFile ? file.Digest.Hex : "", ReadOverrides(form), form.Number("priority", "the priority") ?? 0)
        {
            Delay = form.Duration("delay", "the delay"),
            TimeToLive = form.Duration("ttl", "the time to live"),
        };
        var (submission, unplaceable) = await intake.SubmitAsync(request, visit.Cancelled);
        return new Done(unplaceable.Length > 0 ? $"It waits: {unplaceable}." : "", visit.Link($"/jobs/{submission.Job.Id}"));
    }

    public async Task<Done> CancelAsync(Visit visit)
    {
        await changes.CancelAsync(visit.Caller, visit.Peer, visit.Route("id"), visit.Cancelled);
        return new Done("The job is cancelled.");
    }

    public async Task<Done> RetryAsync(Visit visit)
    {
        await changes.RetryAsync(visit.Caller, visit.Peer, visit.Route("id"), visit.Cancelled);
        return new Done("The job runs once more.");
    }

    public async Task<Done> RemoveAsync(Visit visit)
    {
        var id = visit.Route("id");
        await changes.RemoveAsync(visit.Caller, visit.Peer, id, visit.Cancelled);
        return new Done($"Job {id} is removed.", visit.Link("/jobs"));
    }

    public Task<Done> RedriveAsync(Visit visit, WebForm form) => ForEachAsync(
        form, "redriven", id => changes.RetryAsync(visit.Caller, visit.Peer, id, visit.Cancelled),
        query => AllAsync(visit, "job.redrive", changes.RedriveMatchingAsync(visit.Caller, query, all: true, visit.Cancelled)));

    public Task<Done> PurgeAsync(Visit visit, WebForm form) => ForEachAsync(
        form, "purged", id => changes.RemoveAsync(visit.Caller, visit.Peer, id, visit.Cancelled),
        query => AllAsync(visit, "job.purge", changes.PurgeMatchingAsync(visit.Caller, query, all: true, visit.Cancelled)));

    public async Task DownloadResultAsync(Visit visit) =>
        await SendAsync(visit, "result", await reading.ResultAsync(visit.Caller, visit.Route("id"), 0, visit.Cancelled));

    public async Task DownloadInputAsync(Visit visit) =>
        await SendAsync(visit, "input", await reading.InputAsync(visit.Caller, visit.Route("id"), 0, visit.Cancelled));

    // Whatever the bytes are, they are saved and not shown.
    private Task SendAsync(Visit visit, string what, Payload payload)
    {
        var response = visit.Context.Response;
        PageHeaders.SetForBytes(response);
        response.ContentType = "application/octet-stream";
        response.ContentLength = payload.Size;
        response.Headers.ContentDisposition = $"attachment; filename=\"{visit.Route("id")}.{what}\"";
        return reading.SendAsync(payload, 0, async (_, data) => await response.Body.WriteAsync(data, visit.Cancelled), visit.Cancelled);
    }

    private async Task<long> AllAsync(Visit visit, string action, Task<long> change) =>
        (await jobs.RecordedAsync(action, change, new MatchingJobsRequest { All = true }, visit.Caller, visit.Peer)).Count;

    private static async Task<Done> ForEachAsync(WebForm form, string done, Func<string, Task> one, Func<JobQuery, Task<long>> all)
    {
        if (form["all"].Length > 0)
            return new Done($"{Jobs(await all(new JobQuery([])))} {done}.");
        var ids = form.All("job").Distinct().Take(MaxChosen).ToList();
        if (ids.Count == 0)
            throw Refused.OutOfRange("no job was chosen");
        // What is done to one does not hang on the others; their changes share their commits.
        var refusals = (await Task.WhenAll(ids.Select(id => RefusalOfAsync(() => one(id))))).OfType<string>().ToList();
        return refusals.Count == 0
            ? new Done($"{Jobs(ids.Count)} {done}.")
            : throw Refused.OutOfRange($"{ids.Count - refusals.Count} of {ids.Count} {done}; {string.Join("; ", refusals.Distinct().Take(3))}");
    }

    private static async Task<string?> RefusalOfAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (RefusedException e)
        {
            return e.Message;
        }
    }

    private static string Jobs(long count) => count == 1 ? "1 job" : $"{count} jobs";

    private static JobOverrides ReadOverrides(WebForm form)
    {
        var (args, env, network) = (form.Lines("args").ToList(), new Dictionary<string, string>(), form["network"]);
        foreach (var line in form.Lines("env"))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw Refused.OutOfRange($"a line of the environment is KEY=VALUE, not '{Printable.Of(line)}'");
            env[line[..at]] = line[(at + 1)..];
        }

        return new JobOverrides
        {
            Args = args.Count > 0 ? args : null,
            Env = env.Count > 0 ? env : null,
            MemoryBytes = form.Size("memory", "the memory"),
            Timeout = form.Duration("timeout", "the timeout"),
            Network = network.Length == 0 ? null : network == "yes",
        };
    }
}
