using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;
using MiniLambda.Worker.Execution;

namespace MiniLambda.Worker.Spool;

/// <summary>Brings ends to disk, and away from it, in the order in which that was asked for: nobody who delivers or runs waits for the disk.</summary>
internal sealed partial class SpoolWriter : IAsyncDisposable
{
    private readonly Channel<Action> _work = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly OutcomeSpool _spool;
    private readonly AttemptTable _attempts;
    private readonly ILogger<SpoolWriter> _logger;
    private readonly Task _running;

    public SpoolWriter(OutcomeSpool spool, AttemptTable attempts, ILogger<SpoolWriter> logger)
    {
        (_spool, _attempts, _logger) = (spool, attempts, logger);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Writes the end of an attempt to disk, unless it is settled until then.</summary>
    /// <param name="lostLogs">Whether a part of its log would be lost with this process.</param>
    public void Keep(HeldAttempt attempt, WorkerMessage ending, bool lostLogs)
    {
        attempt.MayBeSpooled = true;
        Post(() =>
        {
            if (_attempts.Find(attempt.Id, attempt.Number) != attempt)
                return;
            if (lostLogs && ending.Completed is { LogsTruncated: false })
            {
                ending = ending.Clone();
                ending.Completed.LogsTruncated = true;
            }

            _spool.TryKeep(attempt.Id, attempt.Number, ending);
        });
    }

    /// <summary>Writes the end of an attempt to disk together with the file of its result. Returns where that file is from then on.</summary>
    public async Task<string> KeepWithResultAsync(HeldAttempt attempt, AttemptCompleted completed, string result)
    {
        attempt.MayBeSpooled = true;
        // A copy: what becomes of the message meanwhile is the caller's.
        var ending = new WorkerMessage { Completed = completed.Clone() };
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Post(() => done.SetResult(_spool.TryKeepWithResult(attempt.Id, attempt.Number, ending, result) ?? result)))
            return result;
        return await done.Task;
    }

    /// <summary>An attempt is settled: nothing of it stays on disk.</summary>
    public void Drop(HeldAttempt attempt)
    {
        if (attempt.MayBeSpooled)
            Post(() => _spool.Drop(attempt.Id, attempt.Number));
    }

    /// <summary>Waits until all that was asked for is done.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _running;
    }

    private bool Post(Action work) => _work.Writer.TryWrite(work);

    private async Task RunAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync())
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                // What could not be dropped is delivered once more after a restart, and refused.
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(3411, LogLevel.Warning, "a change of the spool failed")]
    private partial void LogFailed(Exception exception);
}
