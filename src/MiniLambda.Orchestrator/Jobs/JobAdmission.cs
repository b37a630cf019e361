using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Secrets;
using MiniLambda.Orchestrator.Tenants;
using MiniLambda.Orchestrator.Traces;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>A request for a job, before it is known to be good.</summary>
/// <param name="Caller">Who sent it: the job is of its tenant, and so are the function and the input that it names.</param>
internal sealed record JobRequest(
    Caller Caller, string Function, int Version, ReadOnlyMemory<byte> Input, string InputDigest, JobOverrides Overrides, int Priority)
{
    public DateTimeOffset? NotBefore { get; init; }

    public TimeSpan? Delay { get; init; }

    public TimeSpan? TimeToLive { get; init; }

    /// <summary>W3C <c>traceparent</c> of the call; null when it bore none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Empty = none.</summary>
    public string IdempotencyKey { get; init; } = "";

    /// <summary>Makes the digest of all that the request says but its key; there whenever there is a key.</summary>
    public Func<BlobDigest>? Digest { get; init; }
}

/// <summary>What became of a request: a job, or why there is none.</summary>
internal readonly record struct AdmissionResult(Submission? Submission, RefusedException? Refusal)
{
    public static AdmissionResult Refused(RefusalKind kind, string reason, string message) => new(null, new RefusedException(kind, reason, message));

    public static AdmissionResult Invalid(string reason, string message) => Refused(RefusalKind.Invalid, reason, message);
}

/// <summary>The rules of what is accepted as a job.</summary>
internal sealed class JobAdmission(
    FunctionCatalog functions, ResourceClasses classes, BlobAccess blobs, JobDispatcher dispatcher, TenantLedger tenants, SecretVault vault,
    JobIdGenerator ids, OrchestratorOptions options, TimeProvider clock)
{
    private const int MaxPriority = 100;
    private const int MaxKeyLength = 128;

    /// <summary>The longest delay and time to live.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Names the job before it is stored, so that a caller can watch it from its first moment.</summary>
    public JobId NewId() => ids.Next();

    /// <param name="isUrgent">False when the caller waits for the outcome, not for the job to be accepted.</param>
    public Task<AdmissionResult> SubmitAsync(JobId id, JobRequest request, bool isUrgent, CancellationToken cancellationToken)
    {
        var trace = JobTraces.Begin(request.TraceParent, id, new JobRequestLabels(request.Function, request.Caller.Tenant));
        return trace.Span is null
            ? SubmitAsync(id, request, trace.Trace, isUrgent, cancellationToken)
            : SubmitTracedAsync(id, request, trace, isUrgent, cancellationToken);
    }

    private async Task<AdmissionResult> SubmitTracedAsync(
        JobId id, JobRequest request, SubmitTrace trace, bool isUrgent, CancellationToken cancellationToken)
    {
        using var ending = trace;
        var result = await SubmitAsync(id, request, trace.Trace, isUrgent, cancellationToken);
        if (result.Refusal is { } refusal)
            trace.Refused(refusal.Reason);
        return result;
    }

    private async Task<AdmissionResult> SubmitAsync(
        JobId id, JobRequest request, string? trace, bool isUrgent, CancellationToken cancellationToken)
    {
        if (!FunctionName.TryParse(request.Function, out var name))
        {
            return AdmissionResult.Refused(
                RefusalKind.NotFound, "FUNCTION_NOT_FOUND", $"'{Printable.Of(request.Function)}' is not a function name ({FunctionName.Rule})");
        }

        var reference = new FunctionReference(name, request.Version == 0 ? null : request.Version);
        if (!request.Caller.MayName(name.Value) || await functions.FindAsync(request.Caller.Tenant, reference, cancellationToken) is not { } function)
            return new AdmissionResult(null, Refused.FunctionNotFound(reference));
        if (SettingProblem(request, function) is { } problem)
            return AdmissionResult.Invalid("SETTING_OUT_OF_RANGE", problem);

        Payload input;
        if (request.InputDigest.Length > 0)
        {
            if (!BlobDigest.TryParse(request.InputDigest, out var digest) || await blobs.HoldAsync(request.Caller, digest, cancellationToken) is not { } size)
            {
                return AdmissionResult.Refused(
                    RefusalKind.NotFound, "BLOB_NOT_FOUND", $"the input '{Printable.Of(request.InputDigest)}' was not uploaded");
            }

            input = Payload.OfBlob(digest, size);
        }
        else if (request.Input.Length <= Payload.MaxInlineBytes)
        {
            input = Payload.OfBytes(request.Input);
        }
        else
        {
            return AdmissionResult.Invalid(
                "INPUT_TOO_LARGE", $"an input over {ByteSize.Format(Payload.MaxInlineBytes)} is uploaded as a blob and named by its digest");
        }

        if (input.Size > options.MaxInputBytes)
        {
            return AdmissionResult.Invalid(
                "INPUT_TOO_LARGE", $"the input has {ByteSize.Format(input.Size)}; at most {ByteSize.Format(options.MaxInputBytes)} are accepted");
        }

        var tenant = request.Caller.Tenant;
        if (tenants.Admit(tenant, input.Size) is { } refusal)
        {
            return new AdmissionResult(null, new RefusedException(RefusalKind.Exhausted, "QUOTA_EXCEEDED", $"tenant '{tenant}' is over its quota: {refusal.Message}")
            {
                RetryAfter = refusal.RetryAfter,
            });
        }

        var manifest = functions.ManifestOf(function, request.Overrides);
        if (vault.Missing(manifest) is { Count: > 0 } missing)
            return AdmissionResult.Refused(RefusalKind.WrongState, "SECRET_NOT_FOUND", MissingSecrets(reference, missing));
        var submission = await dispatcher.SubmitAsync(Create(id, request, function, manifest, input, trace), function, manifest, isUrgent);
        return submission.Status == SubmissionStatus.KeyTaken
            ? AdmissionResult.Refused(
                RefusalKind.Taken, "IDEMPOTENCY_KEY_TAKEN", $"another request used this idempotency key; it made job {submission.Job.Id}")
            : new AdmissionResult(submission, null);
    }

    private static string MissingSecrets(FunctionReference function, IReadOnlyList<string> missing) =>
        $"function '{function}' names {(missing.Count == 1 ? "a secret that is" : "secrets that are")} not there, or cannot be opened: "
        + $"{string.Join(", ", missing.Select(static name => $"'{name}'"))}; set {(missing.Count == 1 ? "it" : "them")} with 'minilambda secret set {missing[0]}'";

    private NewJob Create(JobId id, JobRequest request, FunctionVersion function, FunctionManifest manifest, Payload input, string? trace)
    {
        var now = clock.GetUtcNow();
        var notBefore = request.Delay is { } delay ? now + delay : request.NotBefore > now ? request.NotBefore : null;
        return new NewJob(
            id, function.Name, function.Version, request.Overrides, input, request.Priority, now, new Lane(request.Caller.Tenant, Placement.Key(manifest)))
        {
            NotBefore = notBefore,
            Trace = trace,
            ExpiresAt = request.TimeToLive is { } time ? (notBefore ?? now) + time : null,
            Idempotency = request.IdempotencyKey.Length == 0
                ? null
                : new Idempotency(request.IdempotencyKey, request.Digest!(), now + options.IdempotencyWindow),
        };
    }

    private string? SettingProblem(JobRequest request, FunctionVersion function)
    {
        if (Math.Abs((long)request.Priority) > MaxPriority)
            return $"priority {request.Priority} is not between -{MaxPriority} and {MaxPriority}";
        if (request.IdempotencyKey.Length > MaxKeyLength)
            return $"the idempotency key has {request.IdempotencyKey.Length} characters; at most {MaxKeyLength} are accepted";
        if (request is { NotBefore: not null, Delay: not null })
            return "a job has a moment that it may begin at or a delay, not both";
        if (request.Delay < TimeSpan.Zero || request.Delay > Longest || request.NotBefore - clock.GetUtcNow() > Longest)
            return $"a job may be delayed by 0s to {DurationText.Format(Longest)}";
        if (request.TimeToLive <= TimeSpan.Zero || request.TimeToLive > Longest)
            return $"the time to live is {DurationText.Format(request.TimeToLive.Value)}; it must be over 0s and at most {DurationText.Format(Longest)}";
        var problems = request.Overrides.Problems(function.Manifest).Concat(classes.Problems(request.Overrides.ApplyTo(function.Manifest))).ToList();
        return problems.Count == 0 ? null : string.Join("; ", problems);
    }
}
