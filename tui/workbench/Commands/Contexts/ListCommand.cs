using System.CommandLine;
using MiniLambda.Client.Contexts;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Contexts;

/// <summary><c>context list</c></summary>
internal static class ListCommand
{
    public static Command Create(CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("list", "The clusters that are known here");
        format.AddTo(command);
        command.SetAction(parsed =>
        {
            var file = ContextFile.Read(ContextFile.UsualLocation(terminal.Variable));
            var contexts = file.Contexts.OrderBy(c => c.Name, StringComparer.Ordinal)
                .Select(c => new ContextEntryJson(c.Name, c.Server.ToString().TrimEnd('/')))
                .ToList();
            format.Write(parsed, terminal, new ContextListJson(file.Current, contexts).Write, _ =>
            {
                var table = new TextTable("CURRENT", "NAME", "SERVER") { WhenEmpty = $"no contexts in {file.Location}" };
                foreach (var context in contexts)
                    table.Add(context.Name == file.Current ? "*" : "", context.Name, context.Server);
                return table;
            });
            return ExitCodes.Done;
        });
        return command;
    }
}
