using System.CommandLine;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job cancel ID</c></summary>
internal static class CancelCommand
{
    public static Command Create(GlobalOptions global, Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the job's id" };
        var format = new OutputFormat();
        var command = new Command("cancel", "Cancel a job that has no outcome yet; a running guest is stopped") { id };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var job = await cluster.Jobs.CancelAsync(new CancelJobRequest { Id = parsed.GetValue(id) }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, job, _ => new Rendering.TextTable());
            else
                await terminal.Out.WriteLineAsync($"{job.Id} cancelled");
            return ExitCodes.Done;
        });
        return command;
    }
}
