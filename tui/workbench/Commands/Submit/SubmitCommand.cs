using System.CommandLine;
using MiniLambda.Workbench.Commands.Jobs;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary><c>submit TARGET</c></summary>
internal static class SubmitCommand
{
    public static Command Create(GlobalOptions global, Terminal terminal)
    {
        var submission = new JobSubmission(global, terminal);
        var format = new OutputFormat();
        var wait = new Option<bool>("--wait") { Description = "wait for the outcome; the exit code is the function's" };
        var follow = new Option<bool>("--follow") { Description = "print the log while it runs, then the outcome (implies --wait)" };
        var command = new Command("submit", "Hand in a durable job; prints its id once it is on disk") { wait, follow };
        submission.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var job = await submission.SubmitAsync(cluster, parsed, cancellationToken);
            var waits = parsed.GetValue(wait) || parsed.GetValue(follow);
            if (!waits || !format.IsJson(parsed))
            {
                format.Write(parsed, terminal, job, _ =>
                {
                    var table = new TextTable();
                    table.Add(job.Id);
                    return table;
                });
            }

            if (!waits)
                return ExitCodes.Done;
            await terminal.Out.FlushAsync(cancellationToken);
            await using var placement = PlacementWatch.Start(cluster, Notices.For(parsed, global, terminal), job);
            if (parsed.GetValue(follow))
                await JobOutput.CopyLogsAsync(cluster, job.Id, follow: true, terminal.ErrorStream, terminal.IsErrorTerminal, cancellationToken);
            job = await JobOutput.WaitAsync(cluster, job.Id, cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, job, _ => new TextTable());
            JobOutput.TellOutcome(terminal, job);
            if (parsed.GetValue(follow) && job.State == Contracts.V1.Job.Types.State.Succeeded)
                await terminal.Error.WriteLineAsync($"job {job.Id} succeeded");
            return ExitCodes.Of(job);
        });
        return command;
    }
}
