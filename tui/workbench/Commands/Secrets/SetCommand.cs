using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Secrets;

namespace MiniLambda.Workbench.Commands.Secrets;

/// <summary><c>secret set NAME</c></summary>
internal static class SetCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "the secret's name, as a function's" };
        var format = new OutputFormat();
        var command = new Command("set", "Keep a value for functions; it comes on stdin, or is asked for") { name };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var secret = parsed.GetValue(name)!;
            if (SecretRules.NameProblem(secret) is { } problem)
                throw new CommandException(ExitCodes.Usage, problem);
            using var cluster = global.Connect(parsed, terminal);
            var value = await SecretInput.ReadAsync(terminal, secret, cancellationToken);
            if (SecretRules.Problem(secret, value) is { } unfit)
                throw new CommandException(ExitCodes.Usage, unfit);
            var kept = await cluster.Secrets.SetAsync(new SetSecretRequest { Name = secret, Value = value }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, kept, static _ => new Rendering.TextTable());
            else
                await terminal.Out.WriteLineAsync($"secret {kept.Name} is set; jobs that start from now on get it");
            return ExitCodes.Done;
        });
        return command;
    }
}
