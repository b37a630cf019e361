using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Workers;

/// <summary><c>worker resume NAME</c></summary>
internal static class ResumeCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "the worker's name" };
        var format = new OutputFormat();
        var command = new Command("resume", "Give a drained worker jobs again") { name };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var worker = await cluster.Cluster.ResumeWorkerAsync(
                new ResumeWorkerRequest { Name = parsed.GetValue(name) }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, worker, _ => new TextTable());
            else
                await terminal.Out.WriteLineAsync($"{worker.Name} is {JobTables.Word(worker.Status.ToString())}");
            return ExitCodes.Done;
        });
        return command;
    }
}
