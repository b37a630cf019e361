using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Workbench.Commands.Jobs;
using MiniLambda.Workbench.Commands.Progress;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary>
/// <c>invoke TARGET</c>. Once the job is accepted it is known by its id, and its log, outcome and result are streams that go on after a broken
/// connection where they were.
/// </summary>
internal static class InvokeCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var submission = new JobSubmission(global, terminal);
        var format = new OutputFormat();
        var command = new Command("invoke", "Submit a job, wait for it, and print its result");
        submission.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var job = await submission.SubmitAsync(cluster, parsed, cancellationToken);
            var notices = Notices.For(parsed, global, terminal);
            await using var placement = PlacementWatch.Start(cluster, notices, job);
            await using var progress = JobProgress.Start(cluster, notices, job.Id);
            try
            {
                return await FinishAsync(cluster, job.Id, parsed, format, terminal, progress, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // Said to a log as well as to a person: the id has been told nowhere else.
                notices.Tell($"job {job.Id} goes on; stop it with: minilambda cancel {job.Id}");
                throw;
            }
        });
        return command;
    }

    private static async Task<int> FinishAsync(
        ClusterConnection cluster, string id, ParseResult parsed, OutputFormat format, CommandTerminal terminal, JobProgress progress,
        CancellationToken cancellationToken)
    {
        await JobOutput.CopyLogsAsync(cluster, id, follow: true, terminal.ErrorStream, terminal.IsErrorTerminal, progress, cancellationToken);
        var job = await JobOutput.WaitAsync(cluster, id, cancellationToken);
        await progress.SilenceAsync();
        if (format.IsJson(parsed))
            format.Write(parsed, terminal, job, _ => new Rendering.TextTable());
        else
            await JobOutput.CopyResultAsync(cluster, id, terminal.OutStream, cancellationToken);
        JobOutput.TellOutcome(terminal, job);
        return ExitCodes.Of(job);
    }
}
