using MiniLambda.Client;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Commands.Progress;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary>Waiting for jobs, and bringing what they wrote to where it is wanted.</summary>
internal static class JobOutput
{
    /// <summary>Waits for the outcome.</summary>
    public static async Task<Job> WaitAsync(ClusterConnection cluster, string id, CancellationToken cancellationToken)
    {
        Job? last = null;
        await foreach (var job in cluster.Jobs.WatchAsync([id], cancellationToken))
            last = job;
        return last ?? await cluster.Jobs.GetAsync(new GetJobRequest { Id = id }, cancellationToken: cancellationToken);
    }

    /// <summary>Copies the log; for a terminal with what could steer it made visible.</summary>
    /// <param name="progress">Falls silent when the log begins.</param>
    public static async Task CopyLogsAsync(
        ClusterConnection cluster, string id, bool follow, Stream target, bool isTerminal, JobProgress? progress, CancellationToken cancellationToken)
    {
        var printer = new LogPrinter(target, isTerminal);
        await foreach (var piece in cluster.Jobs.LogsAsync(id, follow, cancellationToken))
        {
            if (progress is not null)
                await progress.SilenceAsync();
            printer.Print(piece.Data.Span);
        }

        printer.End();
    }

    /// <summary>Copies a finished job's stdout, byte for byte.</summary>
    /// <param name="progress">Told how far it is.</param>
    public static async Task CopyResultAsync(
        ClusterConnection cluster, string id, Stream target, CancellationToken cancellationToken, TransferProgress? progress = null)
    {
        await foreach (var piece in cluster.Jobs.ResultAsync(id, cancellationToken))
        {
            await target.WriteAsync(piece.Data.Memory, cancellationToken);
            if (progress is null)
                continue;
            progress.Total = piece.TotalSize;
            progress.Report(piece.Offset + piece.Data.Length);
        }

        await target.FlushAsync(cancellationToken);
    }

    /// <summary>A line on stderr when the job did not succeed, and one when its log is not whole.</summary>
    public static void TellOutcome(CommandTerminal terminal, Job job)
    {
        TellCutLog(terminal, job);
        if (job.State != Job.Types.State.Succeeded)
        {
            var why = job.Message.Length > 0 ? job.Message : JobTables.State(job);
            terminal.Error.WriteLine(Printable.Line($"job {job.Id} ({JobTables.Function(job)}): {why}"));
        }
    }

    /// <summary>A line on stderr when the job wrote more to its log than is kept.</summary>
    public static void TellCutLog(CommandTerminal terminal, Job job)
    {
        if (job.LogsTruncated)
            terminal.Error.WriteLine($"\njob {job.Id} ({JobTables.Function(job)}): its log was cut at its limit");
    }
}
