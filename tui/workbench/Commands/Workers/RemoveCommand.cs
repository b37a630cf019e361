using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Workers;

/// <summary><c>worker remove NAME</c></summary>
internal static class RemoveCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "the worker's name" };
        var format = new OutputFormat();
        var command = new Command("remove", "Cut a worker off, give what it holds to others at once, and forget it; its process ends") { name };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var removed = await cluster.Cluster.RemoveWorkerAsync(
                new RemoveWorkerRequest { Name = parsed.GetValue(name) }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, removed, _ => new TextTable());
            else
                await terminal.Out.WriteLineAsync(Text(parsed.GetValue(name)!, removed.FencedJobs));
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Text(string worker, int fenced) => fenced switch
    {
        0 => $"{worker} is removed",
        1 => $"{worker} is removed; 1 job that it held goes to others",
        _ => $"{worker} is removed; {fenced} jobs that it held go to others",
    };
}
