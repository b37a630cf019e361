using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Workbench.Commands.Live;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary><c>function list</c></summary>
internal static class ListCommand
{
    private static WatchedList<Function> List()
    {
        var tenants = new TenantColumn();
        return new WatchedList<Function>(
            async (cluster, options) => (await AskAsync(cluster, options)).Functions,
            (functions, wide, now) => ClusterTables.Functions(functions, wide, now, tenants), Key,
            function => (function.Version, function.CreatedAt))
        {
            TellsGone = true,
        };
    }

    // Names are each tenant's own.
    private static string Key(Function function) =>
        function.Tenant is "" or Lane.DefaultTenant ? function.Name : $"{function.Name} of {function.Tenant}";

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var live = new LiveFlags();
        var format = new OutputFormat();
        var command = new Command("list", "The newest version of every function");
        live.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var list = List();
            if (live.IsWatch(parsed))
                return await live.RunAsync(list, LiveTarget.Of(parsed, global, terminal), format, cancellationToken);
            using var cluster = global.Connect(parsed, terminal);
            var all = await AskAsync(cluster, new CallOptions(cancellationToken: cancellationToken));
            format.Write(parsed, terminal, all, wide => list.Table(all.Functions, wide, TimeProvider.System.GetUtcNow()));
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
