using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Tokens;

/// <summary><c>token revoke ID</c></summary>
internal static class RevokeCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the token's id, as 'token list' shows it" };
        var format = new OutputFormat();
        var command = new Command("revoke", "End a token now, and what it has open") { id };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var revoked = await cluster.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = parsed.GetValue(id) }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, revoked, _ => new TextTable());
            else
                await terminal.Out.WriteLineAsync($"{revoked.Id} is revoked");
            return ExitCodes.Done;
        });
        return command;
    }
}
