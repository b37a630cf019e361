using MiniLambda.Domain.Events;
using MiniLambda.Orchestrator.Metrics;

namespace MiniLambda.Orchestrator.Events;

/// <summary>
/// Takes down what happens to workers. Nobody waits for it: an event goes to disk with whatever is committed next, and one that the store refuses is
/// missing from the log, and said so.
/// </summary>
internal sealed partial class WorkerEvents(IEventLog log, TimeProvider clock, NodeMetrics metrics, ILogger<WorkerEvents> logger)
{
    /// <summary>Notes an event. The order of the calls is that of the events.</summary>
    /// <param name="detail">One line for people; empty when the kind says it all.</param>
    public void Tell(EventKind kind, string worker, string detail = "")
    {
        metrics.Changed(kind);
        _ = TellAsync(kind, worker, detail);
    }

    private async Task TellAsync(EventKind kind, string worker, string detail)
    {
        try
        {
            await log.AppendAsync(kind, worker, detail, clock.GetUtcNow(), CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The orchestrator stops; that workers lose it then is no news.
        }
        catch (Exception e)
        {
            LogNotKept(kind, worker, e);
        }
    }

    [LoggerMessage(1801, LogLevel.Warning, "{Kind} of worker {Worker} is missing from the event log")]
    private partial void LogNotKept(EventKind kind, string worker, Exception exception);
}
