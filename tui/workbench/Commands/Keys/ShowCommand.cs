using System.CommandLine;

namespace MiniLambda.Workbench.Commands.Keys;

/// <summary><c>key show FILE</c></summary>
internal static class ShowCommand
{
    public static Command Create(CommandTerminal terminal)
    {
        var file = new Argument<string>("file") { Description = "the private key's file" };
        var format = new OutputFormat();
        var command = new Command("show", "What others need of a key: its id and its public half") { file };
        format.AddTo(command);
        command.SetAction(parsed =>
        {
            using var key = KeyFile.Read(parsed.GetValue(file)!);
            KeyFile.Tell(parsed, format, terminal, key.Signer);
            return ExitCodes.Done;
        });
        return command;
    }
}
