using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Live;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job list</c>, <c>ps</c>, <c>deadletter list</c></summary>
internal static class ListCommand
{
    private const int MaxAsked = 100;

    public static Command Create(string name, GlobalOptions global, CommandTerminal terminal, bool deadLettered = false)
    {
        var filter = new JobFilter(global, hasStates: !deadLettered, isList: true);
        var limit = Flags.Number("--limit", "jobs at most", usual: 100, min: 1, max: int.MaxValue);
        var live = new LiveFlags();
        var format = new OutputFormat();
        var command = new Command(name, deadLettered ? "Jobs that failed for good, newest first" : "Jobs, newest first") { limit };
        filter.AddTo(command);
        live.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = filter.ReadList(parsed);
            request.DeadLettered = deadLettered;
            var list = List(request, parsed.GetValue(limit), format.IsWide(parsed), WhenEmpty(deadLettered, filter.IsGiven(parsed)));
            if (live.IsWatch(parsed))
                return await live.RunAsync(list, LiveTarget.Of(parsed, global, terminal), format, cancellationToken);
            using var cluster = global.Connect(parsed, terminal);
            var all = await AskAsync(cluster, request, parsed.GetValue(limit), format.IsWide(parsed), new CallOptions(cancellationToken: cancellationToken));
            format.Write(parsed, terminal, all, wide => list.Table(all.Jobs, wide, TimeProvider.System.GetUtcNow()));
            if (all.NextPageToken.Length > 0)
                Notices.For(parsed, global, terminal).Say($"these are the newest {all.Jobs.Count}; there are more: --limit shows them");
            return ExitCodes.Done;
        });
        return command;
    }

    private static WatchedList<Job> List(ListJobsRequest request, int limit, bool isWide, string whenEmpty)
    {
        var tenants = new TenantColumn();
        return new WatchedList<Job>(
            async (cluster, options) => (await AskAsync(cluster, request, limit, isWide, options)).Jobs,
            (jobs, wide, now) => request.DeadLettered && !wide
                ? JobTables.DeadLetters(jobs, now, whenEmpty, tenants)
                : JobTables.List(jobs, wide, now, whenEmpty, tenants),
            job => job.Id,
            job => (job.Revision, job.State, job.Attempt, job.Unplaceable))
        {
            IsNewestFirst = true,
            TellsGone = request.DeadLettered,
        };
    }

    private static string WhenEmpty(bool deadLettered, bool isFiltered) => (deadLettered ? "no dead letters" : "no jobs") + (isFiltered ? " match" : "");

    private static async Task<ListJobsResponse> AskAsync(ClusterConnection cluster, ListJobsRequest request, int limit, bool isWide, CallOptions options)
    {
        var all = new ListJobsResponse();
        do
        {
            var page = await cluster.Jobs.ListAsync(
                new ListJobsRequest(request) { PageSize = Math.Min(1000, limit - all.Jobs.Count), PageToken = all.NextPageToken }, options);
            all.Jobs.Add(page.Jobs);
            all.NextPageToken = page.NextPageToken;
        }
        while (all.NextPageToken.Length > 0 && all.Jobs.Count < limit);
        if (isWide)
            await TellWaitsAsync(cluster, all.Jobs, options);
        return all;
    }

    /// <summary>A list does not say why jobs wait: those at its head are asked about one by one.</summary>
    private static async Task TellWaitsAsync(ClusterConnection cluster, IEnumerable<Job> jobs, CallOptions options)
    {
        foreach (var job in jobs.Where(j => j.State == Job.Types.State.Queued).Take(MaxAsked))
        {
            try
            {
                job.Unplaceable = (await cluster.Jobs.GetAsync(new GetJobRequest { Id = job.Id }, options)).Unplaceable;
            }
            catch (ApiException e) when (e.Reason == "JOB_NOT_FOUND")
            {
                // Gone since it was listed.
            }
        }
    }
}
