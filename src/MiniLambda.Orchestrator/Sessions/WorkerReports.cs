using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Jobs;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>
/// The rules of what a worker says of attempts: it speaks for those that it holds, and names results that it sent itself. Everything else changes
/// nothing, and is counted.
/// </summary>
internal sealed class WorkerReports(
    AttemptLedger ledger, IJobLogStore logs, BlobAccess blobs, JobEvents events, StrayReports strays, TimeProvider clock)
{
    /// <summary>The largest piece of log in one message, in bytes.</summary>
    private const int MaxLogPieceBytes = 32 << 10;

    /// <summary>The guest of an attempt runs.</summary>
    public async Task StartedAsync(WorkerSession session, JobId job, int attempt)
    {
        // Outcomes, and what leads to them, are committed even when the stream breaks meanwhile.
        if (!await ledger.StartedAsync(session.WorkerName, job, attempt, CancellationToken.None))
            await strays.NoteAsync(session.WorkerName, "start", job, attempt);
    }

    /// <summary>A piece of an attempt's log. A worker that sends more than may be is cut off.</summary>
    public async Task LogAsync(WorkerSession session, JobId job, int attempt, long offset, ReadOnlyMemory<byte> data)
    {
        if (data.Length > MaxLogPieceBytes || offset < 0 || offset > ExecutionLimits.MaxOutputBytes - data.Length)
        {
            session.Abort($"it sent {data.Length} bytes of log at {offset}, which is more than may be");
            return;
        }

        // A piece of nothing moves the log's end no further: of those there could be any number.
        if (data.IsEmpty)
            return;
        session.NoteLog();
        if (await logs.AppendAsync(job, attempt, session.WorkerName, offset, clock.GetUtcNow(), data, CancellationToken.None))
            events.PublishLog(job);
        else
            await strays.NoteAsync(session.WorkerName, "log", job, attempt);
    }

    /// <summary>Stores what came of log before this.</summary>
    public async Task FlushLogAsync(WorkerSession session)
    {
        if (session.TakeHasLog())
            await logs.FlushAsync(session.Aborted);
    }

    /// <summary>An attempt ended. True when that is the outcome that stands.</summary>
    public async Task<bool> FinishedAsync(WorkerSession session, JobId job, int attempt, AttemptReport report)
    {
        if (!report.Stdout.Blob.IsEmpty)
            report = await WithResultAsync(session, report);
        var accepted = await ledger.FinishedAsync(session.WorkerName, job, attempt, report, CancellationToken.None);
        if (!accepted)
            await strays.NoteAsync(session.WorkerName, "report", job, attempt);
        return accepted;
    }

    /// <summary>A worker hands an attempt back. True when it went back to the queue.</summary>
    public async Task<bool> ReturnedAsync(WorkerSession session, JobId job, int attempt)
    {
        var accepted = await ledger.ReturnedAsync(session.WorkerName, job, attempt, CancellationToken.None);
        if (!accepted)
            await strays.NoteAsync(session.WorkerName, "return", job, attempt);
        return accepted;
    }

    // A result that the worker uploaded long ago, before it was cut off, may have been collected since; and a worker may name what it never sent.
    private async Task<AttemptReport> WithResultAsync(WorkerSession session, AttemptReport report)
    {
        var blob = report.Stdout.Blob;
        return await blobs.HoldAsync(session.Caller, blob, CancellationToken.None) is { } size
            ? report with { Stdout = Payload.OfBlob(blob, size) }
            : AttemptReport.Failure(AttemptOutcome.WorkerFailed, "the worker named a result that is not here, or that it did not send");
    }
}
