using System.CommandLine;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Progress;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job logs ID [-f]</c></summary>
internal static class LogsCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the job's id" };
        var follow = new Option<bool>("--follow", "-f") { Description = "go on until the job has its outcome" };
        var format = new OutputFormat();
        var command = new Command("logs", "What a job wrote to stderr, over all its attempts") { id, follow };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var notices = Notices.For(parsed, global, terminal);
            await using var placement = parsed.GetValue(follow) ? PlacementWatch.Start(cluster, notices, [parsed.GetValue(id)!]) : null;
            await using var progress = parsed.GetValue(follow) ? JobProgress.Start(cluster, notices, parsed.GetValue(id)!) : null;
            if (format.IsJson(parsed))
            {
                await foreach (var piece in cluster.Jobs.LogsAsync(parsed.GetValue(id)!, parsed.GetValue(follow), cancellationToken))
                {
                    if (progress is not null)
                        await progress.SilenceAsync();
                    OutputFormat.WriteLine(terminal, piece);
                }
            }
            else
            {
                await JobOutput.CopyLogsAsync(
                    cluster, parsed.GetValue(id)!, parsed.GetValue(follow), terminal.OutStream, terminal.IsOutTerminal, progress, cancellationToken);
                JobOutput.TellCutLog(terminal, await cluster.Jobs.GetAsync(new GetJobRequest { Id = parsed.GetValue(id)! }, cancellationToken: cancellationToken));
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
