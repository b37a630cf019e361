using System.CommandLine;
using MiniLambda.Client.Contexts;

namespace MiniLambda.Workbench.Commands.Contexts;

/// <summary><c>context use NAME</c></summary>
internal static class UseCommand
{
    public static Command Create(CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "the context's name" };
        var command = new Command("use", "Use another cluster from now on") { name };
        command.SetAction(parsed =>
        {
            var file = ContextFile.Read(ContextFile.UsualLocation(terminal.Variable));
            if (!file.Use(parsed.GetValue(name)!))
                throw new CommandException(ExitCodes.Failed, $"there is no context '{parsed.GetValue(name)}' in {file.Location}");
            file.Save();
            terminal.Out.WriteLine($"context {file.Current}");
            return ExitCodes.Done;
        });
        return command;
    }
}
