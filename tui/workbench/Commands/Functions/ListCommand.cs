using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Live;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary><c>function list</c></summary>
internal static class ListCommand
{
    private static readonly WatchedList<Function> List = new(
        async (cluster, options) => (await AskAsync(cluster, options)).Functions, ClusterTables.Functions, function => function.Name,
        function => (function.Version, function.CreatedAt))
    {
        TellsGone = true,
    };

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var live = new LiveFlags();
        var format = new OutputFormat();
        var command = new Command("list", "The newest version of every function");
        live.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (live.IsWatch(parsed))
                return await live.RunAsync(List, LiveTarget.Of(parsed, global, terminal), format, cancellationToken);
            using var cluster = global.Connect(parsed, terminal);
            var all = await AskAsync(cluster, new CallOptions(cancellationToken: cancellationToken));
            format.Write(parsed, terminal, all, wide => List.Table(all.Functions, wide, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<ListFunctionsResponse> AskAsync(ClusterConnection cluster, CallOptions options)
    {
        var all = new ListFunctionsResponse();
        do
        {
            var page = await cluster.Functions.ListAsync(new ListFunctionsRequest { PageSize = 1000, PageToken = all.NextPageToken }, options);
            all.Functions.Add(page.Functions);
            all.NextPageToken = page.NextPageToken;
        }
        while (all.NextPageToken.Length > 0);
        return all;
    }
}
