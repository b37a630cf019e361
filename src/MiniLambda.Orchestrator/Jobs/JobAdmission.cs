using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>A request for a job, before it is known to be good.</summary>
internal sealed record JobRequest(
    string Function, int Version, ReadOnlyMemory<byte> Input, string InputDigest, JobOverrides Overrides, int Priority);

/// <summary>What became of a request: a job, or a reason and a line for people.</summary>
internal readonly record struct AdmissionResult(JobRecord? Job, string Reason, string Message)
{
    public static AdmissionResult Refused(string reason, string message) => new(null, reason, message);
}

/// <summary>The rules of what is accepted as a job.</summary>
internal sealed class JobAdmission(
    FunctionCatalog functions, IBlobStore blobs, JobDispatcher dispatcher, Fleet fleet, JobIdGenerator ids, OrchestratorOptions options, TimeProvider clock)
{
    private const int MaxPriority = 100;

    /// <summary>Workers whose reason is told.</summary>
    private const int MaxRefusals = 5;

    /// <summary>Names the job before it is stored, so that a caller can watch it from its first moment.</summary>
    public JobId NewId() => ids.Next();

    /// <param name="isUrgent">False when the caller waits for the outcome, not for the job to be accepted.</param>
    public async Task<AdmissionResult> SubmitAsync(JobId id, JobRequest request, bool isUrgent, CancellationToken cancellationToken)
    {
        if (!FunctionName.TryParse(request.Function, out var name))
            return AdmissionResult.Refused("FUNCTION_NOT_FOUND", $"'{request.Function}' is not a function name ({FunctionName.Rule})");
        var reference = new FunctionReference(name, request.Version == 0 ? null : request.Version);
        if (await functions.FindAsync(reference, cancellationToken) is not { } function)
            return AdmissionResult.Refused("FUNCTION_NOT_FOUND", $"there is no function '{reference}'");
        if (Math.Abs((long)request.Priority) > MaxPriority)
            return AdmissionResult.Refused("SETTING_OUT_OF_RANGE", $"priority {request.Priority} is not between -{MaxPriority} and {MaxPriority}");
        if (request.Overrides.Problems(function.Manifest).ToList() is { Count: > 0 } problems)
            return AdmissionResult.Refused("SETTING_OUT_OF_RANGE", string.Join("; ", problems));

        Payload input;
        if (request.InputDigest.Length > 0)
        {
            if (!BlobDigest.TryParse(request.InputDigest, out var digest) || blobs.Hold(digest) is not { } size)
                return AdmissionResult.Refused("BLOB_NOT_FOUND", $"the input '{request.InputDigest}' was not uploaded");
            input = Payload.OfBlob(digest, size);
        }
        else if (request.Input.Length <= Payload.MaxInlineBytes)
        {
            input = Payload.OfBytes(request.Input);
        }
        else
        {
            return AdmissionResult.Refused(
                "INPUT_TOO_LARGE", $"an input over {ByteSize.Format(Payload.MaxInlineBytes)} is uploaded as a blob and named by its digest");
        }

        if (input.Size > options.MaxInputBytes)
        {
            return AdmissionResult.Refused(
                "INPUT_TOO_LARGE", $"the input has {ByteSize.Format(input.Size)}; at most {ByteSize.Format(options.MaxInputBytes)} are accepted");
        }

        var job = new NewJob(id, function.Name, function.Version, request.Overrides, input, request.Priority, clock.GetUtcNow());
        return new AdmissionResult(await dispatcher.SubmitAsync(job, function, isUrgent), "", "");
    }

    /// <summary>Why no connected worker could ever take a job that waits; empty when one could, or when the job does not wait.</summary>
    public async ValueTask<string> UnplaceableAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.Status.State != JobState.Queued)
            return "";
        var function = await functions.GetForJobAsync(job.Function, job.Version, cancellationToken);
        var manifest = job.Overrides.ApplyTo(function.Manifest);
        if (fleet.CanPlace(manifest))
            return "";
        var refusals = fleet.Refusals(manifest);
        if (refusals.Count == 0)
            return "no worker is connected";
        var told = refusals.Take(MaxRefusals).Select(refusal => $"{refusal.Worker} {refusal.Refusal}");
        var more = refusals.Count > MaxRefusals ? $"; and {refusals.Count - MaxRefusals} more workers" : "";
        return $"no worker can take it: {string.Join("; ", told)}{more}";
    }
}
