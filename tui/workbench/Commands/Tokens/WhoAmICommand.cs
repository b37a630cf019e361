using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Tokens;

/// <summary><c>whoami</c></summary>
internal static class WhoAmICommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("whoami", "What the token in use may do");
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var identity = await cluster.Access.WhoAmIAsync(new WhoAmIRequest(), cancellationToken: cancellationToken);
            format.Write(parsed, terminal, identity, _ => TokenTables.Identity(identity, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
