using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Jobs;
using MiniLambda.Workbench.Commands.Progress;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary><c>submit TARGET</c></summary>
internal static class SubmitCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var submission = new JobSubmission(global, terminal);
        var format = new OutputFormat();
        var wait = new Option<bool>("--wait") { Description = "wait for the outcome; the exit code is the function's" };
        var follow = new Option<bool>("--follow") { Description = "print the log while it runs, then the outcome (implies --wait)" };
        var batch = new Option<string?>("--batch")
        {
            Description = "submit many jobs: a file (or - for stdin) with a JSON object a line, whose keys are function, input, inputBase64, inputFile, args, env, "
                + "labels, priority, memory, timeout, ttl, after, at, idempotencyKey; prints their ids in order",
            HelpName = "file",
        };
        var command = new Command("submit", "Hand in a durable job; prints its id once it is on disk") { wait, follow, batch };
        submission.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            if (parsed.GetValue(batch) is { } file)
                return await SubmitBatchAsync(cluster, file, parsed, cancellationToken);
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
            var notices = Notices.For(parsed, global, terminal);
            await using var placement = PlacementWatch.Start(cluster, notices, job);
            await using var progress = JobProgress.Start(cluster, notices, job.Id);
            if (parsed.GetValue(follow))
                await JobOutput.CopyLogsAsync(cluster, job.Id, follow: true, terminal.ErrorStream, terminal.IsErrorTerminal, progress, cancellationToken);
            job = await JobOutput.WaitAsync(cluster, job.Id, cancellationToken);
            await progress.SilenceAsync();
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, job, _ => new TextTable());
            JobOutput.TellOutcome(terminal, job);
            if (parsed.GetValue(follow) && job.State == Job.Types.State.Succeeded)
                await terminal.Error.WriteLineAsync($"job {job.Id} succeeded");
            return ExitCodes.Of(job);
        });
        return command;

        async Task<int> SubmitBatchAsync(ClusterConnection cluster, string file, ParseResult parsed, CancellationToken cancellationToken)
        {
            var ids = new List<string>();
            var refused = await submission.SubmitBatchAsync(
                cluster, parsed, file,
                answer =>
                {
                    if (format.IsJson(parsed))
                        OutputFormat.WriteLine(terminal, answer);
                    else if (answer.Id.Length > 0)
                        terminal.Out.WriteLine(answer.Id);
                    if (answer.Id.Length > 0 && parsed.GetValue(wait))
                        ids.Add(answer.Id);
                },
                cancellationToken);
            var failed = 0;
            await foreach (var job in cluster.Jobs.WatchAsync(ids, cancellationToken))
            {
                if (job.FinishedAt is null || job.State == Job.Types.State.Succeeded)
                    continue;
                failed++;
                await terminal.Error.WriteLineAsync($"job {job.Id} {Rendering.JobTables.State(job)}: {job.Message}");
            }

            return refused + failed > 0 ? ExitCodes.Failed : ExitCodes.Done;
        }
    }
}
