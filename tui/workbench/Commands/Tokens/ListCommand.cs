using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Tokens;

/// <summary><c>token list</c></summary>
internal static class ListCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("list", "The tokens, with what they may do and when they were last used");
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var all = await AskAsync(cluster, new CallOptions(cancellationToken: cancellationToken));
            format.Write(parsed, terminal, all, wide => TokenTables.Tokens(all.Tokens, wide, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<ListTokensResponse> AskAsync(ClusterConnection cluster, CallOptions options)
    {
        var all = new ListTokensResponse();
        do
        {
            var page = await cluster.Access.ListTokensAsync(new ListTokensRequest { PageSize = 1000, PageToken = all.NextPageToken }, options);
            all.Tokens.Add(page.Tokens);
            all.NextPageToken = page.NextPageToken;
        }
        while (all.NextPageToken.Length > 0);
        return all;
    }
}
