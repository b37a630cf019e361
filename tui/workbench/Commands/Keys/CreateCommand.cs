using System.CommandLine;
using MiniLambda.Trust.Modules;

namespace MiniLambda.Workbench.Commands.Keys;

/// <summary><c>key create FILE</c></summary>
internal static class CreateCommand
{
    public static Command Create(CommandTerminal terminal)
    {
        var file = new Argument<string>("file") { Description = "where the private key goes; must not be there" };
        var format = new OutputFormat();
        var command = new Command("create", "Make a key to sign functions with") { file };
        format.AddTo(command);
        command.SetAction(parsed =>
        {
            using var key = SigningKey.Create();
            KeyFile.Create(parsed.GetValue(file)!, key);
            KeyFile.Tell(parsed, format, terminal, key.Signer);
            return ExitCodes.Done;
        });
        return command;
    }
}
