using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Workers;

/// <summary><c>worker show NAME</c></summary>
internal static class ShowCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "the worker's name" };
        var format = new OutputFormat();
        var command = new Command("show", "One worker with the walls around its functions and its artifact cache") { name };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var worker = await cluster.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = parsed.GetValue(name) }, cancellationToken: cancellationToken);
            format.Write(parsed, terminal, worker, _ => WorkerDetail.Of(worker, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
