using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary><c>function list</c></summary>
internal static class ListCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("list", "The newest version of every function");
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var all = new ListFunctionsResponse();
            do
            {
                var page = await cluster.Functions.ListAsync(
                    new ListFunctionsRequest { PageSize = 1000, PageToken = all.NextPageToken }, cancellationToken: cancellationToken);
                all.Functions.Add(page.Functions);
                all.NextPageToken = page.NextPageToken;
            }
            while (all.NextPageToken.Length > 0);
            format.Write(parsed, terminal, all, wide => ClusterTables.Functions(all.Functions, wide, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
