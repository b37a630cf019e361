using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Workbench.Commands.Jobs;

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
        var command = new Command("invoke", "Submit and wait: stdout and exit code are the function's, stderr its log");
        submission.AddTo(command);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var job = await submission.SubmitAsync(cluster, parsed, cancellationToken);
            await using var placement = PlacementWatch.Start(cluster, Notices.For(parsed, global, terminal), job);
            try
            {
                return await FinishAsync(cluster, job.Id, parsed, format, terminal, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // Said to a log as well as to a person: the id has been told nowhere else.
                if (!parsed.GetValue(global.Quiet))
                    await terminal.Error.WriteLineAsync($"job {job.Id} goes on; stop it with: minilambda cancel {job.Id}");
                throw;
            }
        });
        return command;
    }

    private static async Task<int> FinishAsync(
        ClusterConnection cluster, string id, ParseResult parsed, OutputFormat format, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        await JobOutput.CopyLogsAsync(cluster, id, follow: true, terminal.ErrorStream, terminal.IsErrorTerminal, cancellationToken);
        var job = await JobOutput.WaitAsync(cluster, id, cancellationToken);
        if (format.IsJson(parsed))
            format.Write(parsed, terminal, job, _ => new Rendering.TextTable());
        else
            await JobOutput.CopyResultAsync(cluster, id, terminal.OutStream, cancellationToken);
        JobOutput.TellOutcome(terminal, job);
        return ExitCodes.Of(job);
    }
}
