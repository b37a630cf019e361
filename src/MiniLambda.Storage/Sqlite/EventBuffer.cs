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
    // As they are written; kept from commit to commit, so that a commit costs no list.
    private readonly List<StoredEvent> _rows = [];

    private List<ClusterEvent> _pending = [];
    private EventBatch? _written;

    /// <summary>Told of every commit; null until somebody asked for it.</summary>
    public Action<EventBatch>? Committed { get; set; }

    /// <summary>The newest offset that was given out.</summary>
    public long Last { get; private set; } = last;

    /// <summary>Notes what happened to a job; returns it with the event's offset as its revision.</summary>
    public JobRecord Add(EventKind kind, JobRecord job, DateTimeOffset at, bool reported = false)
    {
        var status = job.Status;
        var report = reported ? status.Report : null;
        _pending.Add(new ClusterEvent(++Last, at, kind)
        {
            Worker = status.Worker,
            Job = new JobEvent(
                job.Id, job.Function.Value, job.Version, job.Lane.Tenant, status.State, status.Attempt, report?.Outcome, report?.ExitCode),
            Detail = report?.Message ?? "",
        });
        return job with { Revision = Last };
    }

    public void Add(EventKind kind, string worker, string detail, DateTimeOffset at) =>
        _pending.Add(new ClusterEvent(++Last, at, kind) { Worker = worker, Detail = detail });

    /// <summary>Writes what was noted, as part of the transaction.</summary>
    public void Flush(SqliteSession session)
    {
        if (_pending.Count == 0)
            return;
        foreach (var e in _pending)
            _rows.Add(StoredEvent.Of(e));
        var data = JsonSerializer.SerializeToUtf8Bytes(_rows, StoredEventJson.Default.ListStoredEvent);
        _rows.Clear();
        session.Execute("INSERT INTO events(first, last, at, data) VALUES ($1, $2, $3, $4)", _pending[0].Offset, Last, Columns.Ticks(_pending[^1].At), data);
        _written = new EventBatch(_pending);
        _pending = [];
    }

    /// <summary>The transaction is on disk: tells of what was written with it.</summary>
    public void Publish()
    {
        if (_written is { } batch)
            Committed?.Invoke(batch);
        _written = null;
    }

    /// <summary>The transaction was rolled back.</summary>
    public void Drop()
    {
        _pending.Clear();
        _written = null;
    }

    public static IEnumerable<ClusterEvent> Read(ReadOnlyMemory<byte> data) =>
        JsonSerializer.Deserialize(data.Span, StoredEventJson.Default.ListStoredEvent)!.Select(static stored => stored.ToEvent());
}

/// <summary>An event as it stands in a row.</summary>
internal readonly record struct StoredEvent
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

    public static StoredEvent Of(ClusterEvent e) => new()
    {
        Offset = e.Offset,
        At = Columns.Ticks(e.At),
        Kind = e.Kind,
        Worker = e.Worker,
        Job = e.Job?.Id.Value,
        Function = e.Job?.Function,
        Version = e.Job?.Version ?? 0,
        Tenant = e.Job?.Tenant,
        State = e.Job?.State ?? default,
        Attempt = e.Job?.Attempt ?? 0,
        Outcome = e.Job?.Outcome,
        ExitCode = e.Job?.ExitCode,
        Detail = e.Detail,
    };

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
