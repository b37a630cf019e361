using System.CommandLine;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Secrets;

/// <summary><c>secret delete NAME</c></summary>
internal static class DeleteCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "the secret's name" };
        var format = new OutputFormat();
        var command = new Command("delete", "Forget a secret; jobs that need it fail from now on") { name };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var deleted = await cluster.Secrets.DeleteAsync(new DeleteSecretRequest { Name = parsed.GetValue(name) }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, deleted, static _ => new Rendering.TextTable());
            else
                await terminal.Out.WriteLineAsync($"secret {parsed.GetValue(name)} is deleted");
            return ExitCodes.Done;
        });
        return command;
    }
}
