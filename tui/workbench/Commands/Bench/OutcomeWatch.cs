using MiniLambda.Client.Events;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Bench;

/// <summary>Learns from the event log when so many jobs have their outcome.</summary>
/// <param name="ended">Is cancelled when they all have; the events are to be read with its token.</param>
internal sealed class OutcomeWatch(int jobs, CancellationTokenSource ended)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _own = [];
    private readonly HashSet<string> _ended = [];
    private int _left = jobs;

    /// <summary>A job was accepted; its end may have been told before.</summary>
    public void Await(string id)
    {
        lock (_gate)
        {
            _own.Add(id);
            if (_ended.Contains(id))
                End_NeedsLock();
        }
    }

    /// <summary>Whether a job is one of those.</summary>
    public bool Has(string id) => _own.Contains(id);

    /// <summary>Returns when all have ended.</summary>
    /// <exception cref="CommandException">The orchestrator threw events away before they were read.</exception>
    public async Task ReadAsync(IAsyncEnumerator<FollowedEvents> events)
    {
        try
        {
            while (await events.MoveNextAsync() && !events.Current.HasGap)
                Note(events.Current.Events);
        }
        catch (OperationCanceledException) when (Volatile.Read(ref _left) == 0)
        {
            return;
        }

        throw new CommandException(ExitCodes.Failed, "the event log went on without this reader: what became of the jobs is not known");
    }

    private void Note(IReadOnlyList<Event> events)
    {
        lock (_gate)
        {
            foreach (var e in events)
            {
                if (e.Job is { State: Job.Types.State.Succeeded or Job.Types.State.Failed or Job.Types.State.TimedOut or Job.Types.State.Cancelled } job
                    && _ended.Add(job.Id) && _own.Contains(job.Id))
                    End_NeedsLock();
            }
        }
    }

    private void End_NeedsLock()
    {
        if (--_left == 0)
            ended.Cancel();
    }
}
