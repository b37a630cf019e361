using System.Text.Json;
using System.Text.Json.Serialization;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The events of the transaction under way. All that share a commit are written as one row, which makes them cheap: a log of their own on the way of
/// every change. Only the writer uses it.
/// </summary>
/// <param name="last">The offset before the first; gaps are left where a transaction was rolled back.</param>
internal sealed class EventBuffer(long last)
{
    private readonly List<StoredEvent> _pending = [];

    /// <summary>The newest offset that was given out.</summary>
    public long Last { get; private set; } = last;

    /// <summary>Notes what happened to a job; returns it with the event's offset as its revision.</summary>
    public JobRecord Add(EventKind kind, JobRecord job, DateTimeOffset at, bool reported = false)
    {
        var status = job.Status;
        var report = reported ? status.Report : null;
        _pending.Add(new StoredEvent
        {
            Offset = ++Last,
            At = Columns.Ticks(at),
            Kind = kind,
            Worker = status.Worker,
            Job = job.Id.Value,
            Function = job.Function.Value,
            Version = job.Version,
            Tenant = job.Lane.Tenant,
            State = status.State,
            Attempt = status.Attempt,
            Outcome = report?.Outcome,
            ExitCode = report?.ExitCode,
            Detail = report?.Message ?? "",
        });
        return job with { Revision = Last };
    }

    public void Add(EventKind kind, string worker, string detail, DateTimeOffset at) =>
        _pending.Add(new StoredEvent { Offset = ++Last, At = Columns.Ticks(at), Kind = kind, Worker = worker, Detail = detail });

    /// <summary>Writes what was noted, as part of the transaction.</summary>
    public void Flush(SqliteSession session)
    {
        if (_pending.Count == 0)
            return;
        session.Execute(
            "INSERT INTO events(first, last, at, data) VALUES ($1, $2, $3, $4)",
            _pending[0].Offset, Last, _pending[^1].At, JsonSerializer.SerializeToUtf8Bytes(_pending, StoredEventJson.Default.ListStoredEvent));
        _pending.Clear();
    }

    /// <summary>The transaction was rolled back.</summary>
    public void Drop() => _pending.Clear();

    public static IEnumerable<ClusterEvent> Read(ReadOnlyMemory<byte> data) =>
        JsonSerializer.Deserialize(data.Span, StoredEventJson.Default.ListStoredEvent)!.Select(static stored => stored.ToEvent());
}

/// <summary>An event as it stands in a row.</summary>
internal sealed record StoredEvent
{
    [JsonPropertyName("o")]
    public long Offset { get; init; }

    [JsonPropertyName("t")]
    public long At { get; init; }

    [JsonPropertyName("k")]
    public EventKind Kind { get; init; }

    [JsonPropertyName("w")]
    public string? Worker { get; init; }

    [JsonPropertyName("j")]
    public string? Job { get; init; }

    [JsonPropertyName("f")]
    public string? Function { get; init; }

    [JsonPropertyName("v")]
    public int Version { get; init; }

    [JsonPropertyName("u")]
    public string? Tenant { get; init; }

    [JsonPropertyName("s")]
    public JobState State { get; init; }

    [JsonPropertyName("a")]
    public int Attempt { get; init; }

    [JsonPropertyName("r")]
    public AttemptOutcome? Outcome { get; init; }

    [JsonPropertyName("c")]
    public int? ExitCode { get; init; }

    [JsonPropertyName("d")]
    public string? Detail { get; init; }

    public ClusterEvent ToEvent() => new(Offset, DateTimeOffset.UnixEpoch.AddTicks(At), Kind)
    {
        Worker = Worker ?? "",
        Detail = Detail ?? "",
        Job = Job is null ? null : new JobEvent(JobId.Parse(Job), Function ?? "", Version, Tenant ?? "", State, Attempt, Outcome, ExitCode),
    };
}

/// <summary>How events stand in a row: short names, since there are many.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(List<StoredEvent>))]
internal sealed partial class StoredEventJson : JsonSerializerContext;
