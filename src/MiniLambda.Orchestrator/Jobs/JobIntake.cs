using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>How jobs come in: one by one, waited for, or many.</summary>
internal sealed class JobIntake(JobAdmission admission, JobExplainer explainer, IJobStore store, JobEvents events, TimeProvider clock)
{
    /// <summary>A rate refills by itself: so long one of many waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Makes a job.</summary>
    /// <returns>The job, and why no worker could take it now; see <see cref="JobExplainer.UnplaceableAsync"/>.</returns>
    /// <exception cref="RefusedException">It is not accepted.</exception>
    public async Task<(Submission Submission, string Unplaceable)> SubmitAsync(JobRequest request, CancellationToken cancellationToken)
    {
        var submission = Accepted(await admission.SubmitAsync(admission.NewId(), request, isUrgent: true, cancellationToken));
        return (submission, await explainer.UnplaceableAsync(submission.Job, cancellationToken));
    }

    /// <summary>Makes a job and waits for its outcome.</summary>
    /// <param name="accepting">Ends the wait to be accepted.</param>
    /// <param name="waiting">Ends the wait for the outcome.</param>
    /// <exception cref="RefusedException">It is not accepted.</exception>
    public async Task<(JobRecord Job, Payload Result)> InvokeAsync(JobRequest request, CancellationToken accepting, CancellationToken waiting)
    {
        var id = admission.NewId();
        using var watch = events.Watch([id]);
        var submission = Accepted(await admission.SubmitAsync(id, request, isUrgent: false, accepting));
        if (submission.Status == SubmissionStatus.Repeated)
            return await InvokedBeforeAsync(submission.Job, waiting);
        var job = await watch.WaitForOutcomeAsync(submission.Job, waiting);
        // The change that was published bears the result that was stored with it.
        return (job, job.Status.Report?.Stdout ?? Payload.Empty);
    }

    /// <summary>Makes one of many jobs: waits where a rate refills soon. Other quotas may not while the caller waits.</summary>
    public async Task<AdmissionResult> SubmitPatientlyAsync(JobRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await admission.SubmitAsync(admission.NewId(), request, isUrgent: true, cancellationToken);
            if (result.Refusal?.RetryAfter is not { } after || after >= Patience)
                return result;
            await Task.Delay(after, clock, cancellationToken);
        }
    }

    // The job of an earlier request may have its outcome already, and then the store has its result.
    private async Task<(JobRecord Job, Payload Result)> InvokedBeforeAsync(JobRecord job, CancellationToken cancellationToken)
    {
        using var watch = events.Watch([job.Id]);
        var standing = await store.FindAsync(job.Id, cancellationToken) ?? throw Refused.JobNotFound(job.Id.Value);
        job = await watch.WaitForOutcomeAsync(standing, cancellationToken);
        return (job, await store.ReadResultAsync(job.Id, cancellationToken) ?? Payload.Empty);
    }

    private static Submission Accepted(AdmissionResult result) => result.Submission ?? throw result.Refusal!;
}
