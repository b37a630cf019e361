using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Workers;

/// <summary><c>worker list</c></summary>
internal static class ListCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("list", "The workers and how busy they are");
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var all = new ListWorkersResponse();
            do
            {
                var page = await cluster.Cluster.ListWorkersAsync(
                    new ListWorkersRequest { PageSize = 1000, PageToken = all.NextPageToken }, cancellationToken: cancellationToken);
                all.Workers.Add(page.Workers);
                all.NextPageToken = page.NextPageToken;
            }
            while (all.NextPageToken.Length > 0);
            format.Write(parsed, terminal, all, wide => ClusterTables.Workers(all.Workers, wide, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
