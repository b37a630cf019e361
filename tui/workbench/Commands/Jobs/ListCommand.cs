using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job list</c>, <c>ps</c>, <c>deadletter list</c></summary>
internal static class ListCommand
{
    private const int MaxAsked = 100;

    public static Command Create(string name, GlobalOptions global, CommandTerminal terminal, bool deadLettered = false)
    {
        var filter = new JobFilter(hasStates: !deadLettered, isList: true);
        var limit = Flags.Number("--limit", "jobs at most", usual: 100, min: 1, max: int.MaxValue);
        var format = new OutputFormat();
        var command = new Command(name, deadLettered ? "Jobs that failed for good, newest first" : "Jobs, newest first") { limit };
        filter.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = filter.ReadList(parsed);
            request.DeadLettered = deadLettered;
            using var cluster = global.Connect(parsed, terminal);
            var all = new ListJobsResponse();
            do
            {
                request.PageSize = Math.Min(1000, parsed.GetValue(limit) - all.Jobs.Count);
                request.PageToken = all.NextPageToken;
                var page = await cluster.Jobs.ListAsync(request, cancellationToken: cancellationToken);
                all.Jobs.Add(page.Jobs);
                all.NextPageToken = page.NextPageToken;
            }
            while (all.NextPageToken.Length > 0 && all.Jobs.Count < parsed.GetValue(limit));
            if (format.IsWide(parsed))
                await TellWaitsAsync(cluster, all.Jobs, cancellationToken);
            format.Write(parsed, terminal, all, wide => JobTables.List(all.Jobs, wide, TimeProvider.System.GetUtcNow()));
            if (all.NextPageToken.Length > 0)
                Notices.For(parsed, global, terminal).Say($"these are the newest {all.Jobs.Count}; there are more: --limit shows them");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>A list does not say why jobs wait: those at its head are asked about one by one.</summary>
    private static async Task TellWaitsAsync(ClusterConnection cluster, IEnumerable<Job> jobs, CancellationToken cancellationToken)
    {
        foreach (var job in jobs.Where(j => j.State == Job.Types.State.Queued).Take(MaxAsked))
        {
            try
            {
                job.Unplaceable = (await cluster.Jobs.GetAsync(new GetJobRequest { Id = job.Id }, cancellationToken: cancellationToken)).Unplaceable;
            }
            catch (ApiException e) when (e.Reason == "JOB_NOT_FOUND")
            {
                // Gone since it was listed.
            }
        }
    }
}
