using System.Threading.Channels;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>What became of one of many requests.</summary>
/// <param name="Index">Of the request, from 0.</param>
/// <param name="Id">The job's; empty when it was refused.</param>
/// <param name="Reason">Why it was refused, in a machine's words; empty when it was not.</param>
internal readonly record struct BatchAnswer(long Index, string Id, bool Repeated, string Reason, string Message);

/// <summary>Takes in many jobs at once: each is answered by itself and in order, and one that is refused stops none of the others.</summary>
internal sealed class JobBatch(JobIntake intake)
{
    /// <summary>Requests of one batch that may be under way at once; they share their commits.</summary>
    private const int MaxUnderWay = 512;

    /// <param name="read">Makes a request out of what was sent, or refuses it.</param>
    /// <param name="answer">Tells the next answer.</param>
    /// <param name="storeFailure">What a failure of the store is called.</param>
    public async Task RunAsync<T>(
        IAsyncEnumerable<T> sent, Func<T, JobRequest> read, Func<BatchAnswer, Task> answer, Func<IOException, (string Reason, string Message)> storeFailure,
        CancellationToken cancellationToken)
    {
        // Also when the answers find no taker any more, nothing goes on that nobody waits for.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underWay = Channel.CreateBounded<Task<BatchAnswer>>(new BoundedChannelOptions(MaxUnderWay) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(over.Token);
        try
        {
            await foreach (var one in underWay.Reader.ReadAllAsync(over.Token))
                await answer(await one);
        }
        finally
        {
            await over.CancelAsync();
            await reading;
        }

        async Task ReadAsync(CancellationToken ending)
        {
            try
            {
                var index = 0L;
                await foreach (var request in sent.WithCancellation(ending))
                    await underWay.Writer.WriteAsync(SubmitOneAsync(index++, request, read, storeFailure, ending), ending);
                underWay.Writer.Complete();
            }
            catch (Exception e)
            {
                underWay.Writer.Complete(e);
            }
        }
    }

    private async Task<BatchAnswer> SubmitOneAsync<T>(
        long index, T sent, Func<T, JobRequest> read, Func<IOException, (string Reason, string Message)> storeFailure, CancellationToken cancellationToken)
    {
        try
        {
            var result = await intake.SubmitPatientlyAsync(read(sent), cancellationToken);
            return result.Submission is { } submission
                ? new BatchAnswer(index, submission.Job.Id.Value, submission.Status == SubmissionStatus.Repeated, "", "")
                : new BatchAnswer(index, "", false, result.Refusal!.Reason, result.Refusal.Message);
        }
        catch (RefusedException refused)
        {
            return new BatchAnswer(index, "", false, refused.Reason, refused.Message);
        }
        catch (IOException failure)
        {
            var (reason, message) = storeFailure(failure);
            return new BatchAnswer(index, "", false, reason, message);
        }
    }
}
