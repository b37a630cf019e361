using System.Runtime.CompilerServices;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>A job in full.</summary>
/// <param name="Unplaceable">See <see cref="JobExplainer.UnplaceableAsync"/>.</param>
internal sealed record JobDetail(JobRecord Job, IReadOnlyList<AttemptRecord> Attempts, string Unplaceable, JobExplanation Explanation);

/// <summary>What callers see of jobs. One that is not for a caller is as if it had never been.</summary>
internal sealed class JobReading(IJobStore store, IJobLogStore logs, IBlobStore blobs, JobExplainer explainer, JobEvents events)
{
    private const int MaxWatched = 1000;
    private const int LogPiecesPerRead = 256;

    /// <exception cref="RefusedException">There is no such job.</exception>
    public async ValueTask<JobRecord> FindAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(Parse(id), cancellationToken) is { } job && caller.Sees(job) ? job : throw Refused.JobNotFound(id);

    /// <exception cref="RefusedException">There is no such job.</exception>
    public async Task<JobDetail> GetAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        var job = await FindAsync(caller, id, cancellationToken);
        return new JobDetail(
            job, await store.ListAttemptsAsync(job.Id, cancellationToken), await explainer.UnplaceableAsync(job, cancellationToken),
            await explainer.ExplainAsync(job, cancellationToken));
    }

    /// <exception cref="RefusedException">There is no such job.</exception>
    public async Task<JobExplanation> ExplainAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await explainer.ExplainAsync(await FindAsync(caller, id, cancellationToken), cancellationToken);

    /// <exception cref="FormatException">The page token is not this list's.</exception>
    public ValueTask<Page<JobRecord>> ListAsync(Caller caller, JobQuery query, PageRequest page, CancellationToken cancellationToken) =>
        caller.Narrow(query) is { } narrowed
            ? store.ListAsync(narrowed, page, cancellationToken)
            : ValueTask.FromResult(new Page<JobRecord>([], ""));

    /// <summary>The jobs as they are, and each change until all have their outcome.</summary>
    /// <param name="afterRevision">What is older is not told.</param>
    /// <param name="cancellationToken">Ends with the caller.</param>
    /// <exception cref="RefusedException">They are none or too many, or one is not there.</exception>
    public async IAsyncEnumerable<JobRecord> WatchAsync(
        Caller caller, IReadOnlyCollection<string> ids, long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (ids.Count is 0 or > MaxWatched)
            throw Refused.OutOfRange($"a watch takes 1 to {MaxWatched} job ids, not {ids.Count}");
        var waiting = ids.Select(Parse).ToHashSet();
        using var watch = events.Watch(waiting.ToArray());
        var sent = new Dictionary<JobId, long>();
        foreach (var id in waiting.ToArray())
        {
            var job = await FindAsync(caller, id.Value, cancellationToken);
            if (IsNews(job))
                yield return job;
        }

        while (waiting.Count > 0)
        {
            await watch.WaitAsync(cancellationToken);
            foreach (var job in watch.TakeChanged())
            {
                if (IsNews(job))
                    yield return job;
            }
        }

        bool IsNews(JobRecord job)
        {
            if (job.Status.IsFinal)
                waiting.Remove(job.Id);
            if (job.Revision <= Math.Max(afterRevision, sent.GetValueOrDefault(job.Id)))
                return false;
            sent[job.Id] = job.Revision;
            return true;
        }
    }

    /// <summary>A job's log after a position; with <paramref name="follow"/> until the job has its outcome.</summary>
    /// <exception cref="RefusedException">There is no such job, or no more.</exception>
    public async IAsyncEnumerable<LogChunk> ReadLogAsync(
        Caller caller, string id, long position, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = Parse(id);
        using var watch = events.Watch([known]);
        while (true)
        {
            // The state is read before the pieces: when it is final, all pieces that will ever come are there.
            var job = await FindAsync(caller, id, cancellationToken);
            IReadOnlyList<LogChunk> pieces;
            do
            {
                pieces = await logs.ReadAsync(known, position, LogPiecesPerRead, cancellationToken);
                foreach (var piece in pieces)
                {
                    position = piece.Position;
                    yield return piece;
                }
            }
            while (pieces.Count == LogPiecesPerRead);

            if (!follow || job.Status.IsFinal)
                yield break;
            await watch.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What a job that has its outcome wrote to stdout.</summary>
    /// <exception cref="RefusedException">There is no such job, it has no outcome, or the offset is outside.</exception>
    public async Task<Payload> ResultAsync(Caller caller, string id, long offset, CancellationToken cancellationToken)
    {
        var job = await FindAsync(caller, id, cancellationToken);
        if (!job.Status.IsFinal)
            throw Refused.JobNotFinished(job.Id, job.Status.State);
        return Within(await store.ReadResultAsync(job.Id, cancellationToken) ?? Payload.Empty, "result", offset);
    }

    /// <summary>What a job reads from stdin.</summary>
    /// <exception cref="RefusedException">There is no such job, or the offset is outside.</exception>
    public async Task<Payload> InputAsync(Caller caller, string id, long offset, CancellationToken cancellationToken)
    {
        var job = await FindAsync(caller, id, cancellationToken);
        return Within(await store.ReadInputAsync(job.Id, cancellationToken) ?? throw Refused.JobNotFound(id), "input", offset);
    }

    /// <summary>Sends a payload from an offset on. A small one is one piece, also when it is empty.</summary>
    /// <param name="send">See <see cref="BlobPieces.SendAsync"/>.</param>
    public Task SendAsync(Payload payload, long offset, Func<long, ReadOnlyMemory<byte>, Task> send, CancellationToken cancellationToken) =>
        payload.Blob.IsEmpty
            ? send(offset, payload.Inline[(int)offset..])
            : BlobPieces.SendAsync(blobs, payload.Blob, offset, send, cancellationToken);

    private static Payload Within(Payload payload, string what, long offset) => offset < 0 || offset > payload.Size
        ? throw Refused.OutOfRange($"offset {offset} is outside the {what}'s {payload.Size} bytes")
        : payload;

    private static JobId Parse(string text) => JobId.TryParse(text, out var id) ? id : throw Refused.JobNotFound(text);
}
