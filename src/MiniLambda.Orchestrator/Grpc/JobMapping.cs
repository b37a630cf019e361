using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Writes jobs as clients read them. The enums' numbers are the same on both sides; a test holds them together.</summary>
internal static class JobMapping
{
    public static Job Write(JobRecord record, IReadOnlyList<AttemptRecord>? attempts = null)
    {
        var status = record.Status;
        var job = new Job
        {
            Id = record.Id.Value,
            Function = record.Function.Value,
            Version = record.Version,
            State = (Job.Types.State)status.State,
            CreatedAt = Time(record.CreatedAt),
            StartedAt = Time(status.StartedAt),
            FinishedAt = status.IsFinal ? Time(status.FinishedAt) : null,
            NotBefore = status.State == JobState.Queued ? Time(status.NotBefore) : null,
            Attempt = status.Attempt,
            Worker = status.Worker,
            Priority = record.Priority,
            InputSize = record.InputSize,
            QueuedFor = status.LeasedAt is { } leased ? Positive(leased - record.CreatedAt) : null,
            DeadLettered = status.DeadLettered,
            Revision = record.Revision,
            Tenant = record.Lane.Tenant,
            Traceparent = record.Trace ?? "",
            ExpiresAt = status.State == JobState.Queued ? Time(status.ExpiresAt) : null,
            Overrides = attempts is null || record.Overrides.IsEmpty ? null : Write(record.Overrides),
        };
        if (status.Report is { } report)
        {
            job.Outcome = (Attempt.Types.Outcome)report.Outcome;
            job.Message = report.Message;
            job.ResultSize = report.Stdout.Size;
            job.ResultDigest = report.Stdout.Blob.Hex;
            job.LogsTruncated = report.LogsTruncated;
            job.Usage = Write(report.Usage);
            if (report.ExitCode is { } code)
                job.ExitCode = code;
        }

        if (attempts is not null)
            job.Attempts.Add(attempts.Select(Write));
        return job;
    }

    public static Job Write(JobDetail detail)
    {
        var written = Write(detail.Job, detail.Attempts);
        written.Unplaceable = detail.Unplaceable;
        written.Explanation = Write(detail.Explanation);
        return written;
    }

    public static Timestamp? Time(DateTimeOffset? at) => at?.ToTimestamp();

    public static Explanation Write(JobExplanation explanation)
    {
        var written = new Explanation { Summary = explanation.Summary, Details = { explanation.Details }, Wait = explanation.Wait?.ToDuration() };
        if (explanation.Position is { } position)
            written.Position = position;
        foreach (var node in explanation.Nodes)
        {
            var candidate = new Explanation.Types.Candidate
            {
                Worker = node.Name,
                FreeSlots = node.FreeSlots,
                HasModule = node.HasModule,
                Refusal = node.Refusal,
                Chosen = node.IsChosen,
            };
            if (node.Score is { } score)
                candidate.Score = score;
            written.Candidates.Add(candidate);
        }

        return written;
    }

    public static JobLogChunk Write(LogChunk piece) => new()
    {
        Position = piece.Position,
        Attempt = piece.Attempt,
        Offset = piece.Offset,
        At = Time(piece.At),
        Data = UnsafeByteOperations.UnsafeWrap(piece.Data),
    };

    public static SubmitBatchResponse Write(BatchAnswer answer) => new()
    {
        Index = answer.Index,
        Id = answer.Id,
        Reason = answer.Reason,
        Message = answer.Message,
        RepeatedRequest = answer.Repeated,
    };

    /// <summary>A request as the caller sent it.</summary>
    public static JobRequest Read(SubmitJobRequest sent, Caller caller, string? trace) =>
        new(caller, sent.Function, sent.Version, sent.Input.Memory, sent.InputDigest, Read(sent.Overrides), sent.Priority)
        {
            NotBefore = sent.NotBefore is { } moment ? Read(moment) : null,
            Delay = sent.Delay is { } delay ? Read(delay) : null,
            TimeToLive = sent.Ttl is { } ttl ? Read(ttl) : null,
            TraceParent = trace,
            IdempotencyKey = sent.IdempotencyKey,
            Digest = () => BlobDigest.Of(Canonical(sent)),
        };

    /// <summary>The job's own settings as the caller sent them.</summary>
    public static Domain.Jobs.JobOverrides Read(Contracts.V1.JobOverrides? sent) => sent is null
        ? Domain.Jobs.JobOverrides.None
        : new Domain.Jobs.JobOverrides
        {
            Args = sent.ReplaceArgs || sent.Args.Count > 0 ? [.. sent.Args] : null,
            Env = sent.Env.Count > 0 ? new Dictionary<string, string>(sent.Env) : null,
            Entry = sent.HasEntry ? sent.Entry : null,
            MemoryBytes = sent.HasMemory ? sent.Memory : null,
            Timeout = sent.Timeout is { } timeout ? Read(timeout) : null,
            Fuel = sent.HasFuel ? sent.Fuel : null,
            OutputBytes = sent.HasOutput ? sent.Output : null,
            Network = sent.HasNetwork ? sent.Network : null,
            Labels = sent.Labels.Count > 0 ? new Dictionary<string, string>(sent.Labels) : null,
        };

    /// <summary>Which jobs are asked for.</summary>
    public static JobQuery Read(MatchingJobsRequest sent) => Query(sent.States, sent.Function, sent.Version, sent.Worker, sent.Tenant);

    /// <summary>Which jobs are asked for.</summary>
    public static JobQuery Read(ListJobsRequest sent) => Query(sent.States, sent.Function, sent.Version, sent.Worker, sent.Tenant) with
    {
        DeadLettered = sent.DeadLettered,
        CreatedAfter = sent.CreatedAfter is { } after ? Read(after) : null,
        CreatedBefore = sent.CreatedBefore is { } before ? Read(before) : null,
    };

    /// <summary>A state that jobs are asked for by.</summary>
    public static JobState Read(Job.Types.State sent) => System.Enum.IsDefined((JobState)sent)
        ? (JobState)sent
        : throw Refused.OutOfRange($"there is no job state {(int)sent}");

    private static JobQuery Query(IEnumerable<Job.Types.State> states, string function, int version, string worker, string tenant)
    {
        FunctionName? name = function.Length == 0 ? null : FunctionName.TryParse(function, out var parsed) ? parsed : throw Refused.FunctionNotFound(function);
        return new JobQuery(
            [.. states.Distinct().Select(Read)], name, version == 0 ? null : version, worker.Length == 0 ? null : worker,
            Tenant: tenant.Length == 0 ? null : tenant);
    }

    // Equal requests have equal bytes: maps are written in the order of their keys.
    private static byte[] Canonical(SubmitJobRequest sent)
    {
        var bare = sent.Clone();
        bare.IdempotencyKey = "";
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true) { Deterministic = true })
            bare.WriteTo(output);
        return bytes.ToArray();
    }

    public static DateTimeOffset Read(Timestamp sent)
    {
        try
        {
            return sent.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw Refused.OutOfRange($"{sent.Seconds} s and {sent.Nanos} ns since 1970 is not a moment");
        }
    }

    // Protobuf knows durations that are none: of 10,000 years and more, or with nanoseconds that point the other way.
    public static TimeSpan Read(Duration sent)
    {
        try
        {
            return sent.ToTimeSpan();
        }
        catch (InvalidOperationException)
        {
            throw Refused.OutOfRange($"{sent.Seconds} s and {sent.Nanos} ns are not a duration");
        }
    }

    private static Contracts.V1.JobOverrides Write(Domain.Jobs.JobOverrides overrides)
    {
        var written = new Contracts.V1.JobOverrides { ReplaceArgs = overrides.Args is not null, Timeout = overrides.Timeout?.ToDuration() };
        written.Args.Add(overrides.Args ?? []);
        foreach (var (key, value) in overrides.Env ?? new Dictionary<string, string>())
            written.Env[key] = value;
        foreach (var (key, value) in overrides.Labels ?? new Dictionary<string, string>())
            written.Labels[key] = value;
        if (overrides.Entry is { } entry)
            written.Entry = entry;
        if (overrides.MemoryBytes is { } memory)
            written.Memory = memory;
        if (overrides.Fuel is { } fuel)
            written.Fuel = fuel;
        if (overrides.OutputBytes is { } output)
            written.Output = output;
        if (overrides.Network is { } network)
            written.Network = network;
        return written;
    }

    private static Attempt Write(AttemptRecord record)
    {
        var attempt = new Attempt
        {
            Number = record.Attempt,
            Worker = record.Worker,
            LeasedAt = Time(record.LeasedAt),
            StartedAt = Time(record.StartedAt),
            FinishedAt = Time(record.FinishedAt),
        };
        if (record.Report is { } report)
        {
            attempt.Outcome = (Attempt.Types.Outcome)report.Outcome;
            attempt.Message = report.Message;
            attempt.Usage = Write(report.Usage);
            if (report.ExitCode is { } code)
                attempt.ExitCode = code;
        }

        return attempt;
    }

    private static Usage Write(AttemptUsage usage) => new()
    {
        Fetch = usage.Fetch.ToDuration(),
        Compile = usage.Compile.ToDuration(),
        Start = usage.Start.ToDuration(),
        Run = usage.Run.ToDuration(),
        Cpu = usage.Cpu.ToDuration(),
        Fuel = usage.Fuel,
        PeakMemory = usage.PeakMemoryBytes,
        Artifact = (Usage.Types.Artifact)usage.Artifact,
    };

    private static Duration Positive(TimeSpan span) => (span < TimeSpan.Zero ? TimeSpan.Zero : span).ToDuration();
}
