using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Live;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Workers;

/// <summary><c>worker list</c></summary>
internal static class ListCommand
{
    private static readonly WatchedList<WorkerInfo> List = new(
        async (cluster, options) => (await AskAsync(cluster, options)).Workers, ClusterTables.Workers, worker => worker.Name,
        worker => (ClusterTables.Status(worker), worker.BusySlots, worker.Capabilities))
    {
        TellsGone = true,
    };

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var live = new LiveFlags();
        var format = new OutputFormat();
        var command = new Command("list", "The workers and how busy they are");
        live.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (live.IsWatch(parsed))
                return await live.RunAsync(List, LiveTarget.Of(parsed, global, terminal), format, cancellationToken);
            using var cluster = global.Connect(parsed, terminal);
            var all = await AskAsync(cluster, new CallOptions(cancellationToken: cancellationToken));
            format.Write(parsed, terminal, all, wide => List.Table(all.Workers, wide, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>All workers.</summary>
    public static async Task<ListWorkersResponse> AskAsync(ClusterConnection cluster, CallOptions options)
    {
        var all = new ListWorkersResponse();
        do
        {
            var page = await cluster.Cluster.ListWorkersAsync(new ListWorkersRequest { PageSize = 1000, PageToken = all.NextPageToken }, options);
            all.Workers.Add(page.Workers);
            all.NextPageToken = page.NextPageToken;
        }
        while (all.NextPageToken.Length > 0);
        return all;
    }
}
