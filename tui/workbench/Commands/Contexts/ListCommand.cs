using System.CommandLine;
using MiniLambda.Client.Contexts;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Contexts;

/// <summary><c>context list</c></summary>
internal static class ListCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("list", "The clusters that are known here");
        command.SetAction(_ =>
        {
            var file = ContextFile.Read(ContextFile.DefaultLocation);
            var table = new TextTable("CURRENT", "NAME", "SERVER") { WhenEmpty = $"no contexts in {file.Location}" };
            foreach (var context in file.Contexts.OrderBy(c => c.Name, StringComparer.Ordinal))
                table.Add(context.Name == file.Current ? "*" : "", context.Name, context.Server.ToString().TrimEnd('/'));
            table.Write(terminal.Out);
            return ExitCodes.Done;
        });
        return command;
    }
}
