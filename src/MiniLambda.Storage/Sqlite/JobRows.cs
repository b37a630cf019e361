using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Reads and writes the rows of <c>jobs</c>.</summary>
internal static class JobRows
{
    /// <summary>The columns that <see cref="Read"/> expects first, in its order. The bytes of input and result are left where they are.</summary>
    public const string Selected =
        "seq, id, function, version, priority, created_at, overrides, input_size, revision, state, attempt, failures, not_before, worker, "
        + "leased_at, started_at, finished_at, dead, outcome, exit_code, message, result_digest, result_size, logs_truncated, usage, expires_at, crashes, "
        + "placed, tenant, (SELECT placement FROM lanes WHERE id = lane), trace";

    public static JobRecord Read(SqliteDataReader row) => new(
        JobId.Parse(row.GetString(1)),
        row.GetInt64(0),
        row.GetInt64(8),
        FunctionName.Parse(row.GetString(2)),
        row.GetInt32(3),
        ReadOverrides(row, 6),
        row.GetInt64(7),
        row.GetInt32(4),
        row.Moment(5),
        new JobStatus
        {
            State = (JobState)row.GetInt32(9),
            Attempt = row.GetInt32(10),
            Failures = row.GetInt32(11),
            NotBefore = row.Moment(12),
            Worker = row.GetString(13),
            LeasedAt = row.MomentOrNull(14),
            StartedAt = row.MomentOrNull(15),
            FinishedAt = row.MomentOrNull(16),
            DeadLettered = row.GetInt32(17) != 0,
            ExpiresAt = row.MomentOrNull(25),
            Crashes = row.GetInt32(26),
            Placed = row.GetString(27),
            Report = row.IsDBNull(18)
                ? null
                : new AttemptReport
                {
                    Outcome = (AttemptOutcome)row.GetInt32(18),
                    ExitCode = row.IsDBNull(19) ? null : row.GetInt32(19),
                    Message = row.Text(20),
                    Stdout = ReadPayload(default, row.Text(21), row.IsDBNull(22) ? 0 : row.GetInt64(22)),
                    LogsTruncated = !row.IsDBNull(23) && row.GetInt32(23) != 0,
                    Usage = ReadUsage(row, 24),
                },
        },
        new Lane(row.Text(28), row.Text(29)))
    {
        Trace = row.IsDBNull(30) ? null : row.GetString(30),
    };

    public static JobOverrides ReadOverrides(SqliteDataReader row, int column) => row.IsDBNull(column)
        ? JobOverrides.None
        : JsonSerializer.Deserialize(row.GetString(column), StoredJson.Default.JobOverrides)!;

    public static string? WriteOverrides(JobOverrides overrides) =>
        overrides.IsEmpty ? null : JsonSerializer.Serialize(overrides, StoredJson.Default.JobOverrides);

    public static AttemptUsage ReadUsage(SqliteDataReader row, int column) => row.IsDBNull(column)
        ? AttemptUsage.None
        : JsonSerializer.Deserialize(row.GetString(column), StoredJson.Default.AttemptUsage)!;

    public static string WriteUsage(AttemptUsage usage) => JsonSerializer.Serialize(usage, StoredJson.Default.AttemptUsage);

    public static Payload ReadPayload(ReadOnlyMemory<byte> inline, string digest, long size) =>
        digest.Length > 0 ? Payload.OfBlob(BlobDigest.Parse(digest), size) : new Payload(inline, default, size);

    public static object? InlineOf(Payload payload) => payload.Inline.IsEmpty ? null : payload.Inline.ToArray();

    public static string? DigestOf(Payload payload) => payload.Blob.IsEmpty ? null : payload.Blob.Hex;

    public static JobRecord? Find(SqliteSession session, JobId id)
    {
        using var row = session.Prepare($"SELECT {Selected} FROM jobs WHERE id = $1", id.Value).ExecuteReader();
        return row.Read() ? Read(row) : null;
    }

    /// <summary>Writes a new job; returns its sequence. One that may not run yet waits.</summary>
    /// <param name="began">The offset before its first event.</param>
    public static long Insert(SqliteSession session, JobRecord job, Payload input, long lane, long began)
    {
        var status = job.Status;
        return (long)session.Scalar(
            "INSERT INTO jobs(seq, id, function, version, priority, created_at, overrides, input, input_digest, input_size, revision, state, attempt, "
            + "failures, not_before, worker, leased_at, lane, rank, expires_at, placed, waits, began, tenant, trace) "
            + "VALUES ((SELECT 1 + max(sequence, coalesce((SELECT max(seq) FROM jobs), 0)) FROM meta), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) RETURNING seq",
            job.Id.Value, job.Function.Value, job.Version, job.Priority, Columns.Ticks(job.CreatedAt), WriteOverrides(job.Overrides),
            InlineOf(input), DigestOf(input), input.Size, job.Revision, (int)status.State, status.Attempt,
            Columns.Ticks(status.NotBefore), status.Worker, Columns.Ticks(status.LeasedAt), lane, JobRank.Of(job.CreatedAt, job.Priority),
            Columns.Ticks(status.ExpiresAt), status.Placed, status.State == JobState.Queued && status.NotBefore > job.CreatedAt ? 1 : 0, began,
            job.Lane.Tenant, job.Trace)!;
    }

    /// <summary>Removes a job; its attempts and its log go with it. Its sequence is never used again.</summary>
    public static void Delete(SqliteSession session, long sequence)
    {
        session.Execute("UPDATE meta SET sequence = $1 WHERE sequence < $1", sequence);
        session.Execute("DELETE FROM jobs WHERE seq = $1", sequence);
    }

    /// <summary>Writes everything of a status that changes without a report.</summary>
    public static void SaveStatus(SqliteSession session, JobRecord job)
    {
        var status = job.Status;
        session.Execute(
            "UPDATE jobs SET revision = $2, state = $3, attempt = $4, not_before = $5, waits = 0, worker = $6, leased_at = $7, "
            + "started_at = $8, finished_at = $9, dead = $10, failures = $11, crashes = $12, placed = $13, expires_at = $14 WHERE seq = $1",
            job.Sequence, job.Revision, (int)status.State, status.Attempt, Columns.Ticks(status.NotBefore), status.Worker,
            Columns.Ticks(status.LeasedAt), Columns.Ticks(status.StartedAt), Columns.Ticks(status.FinishedAt), status.DeadLettered ? 1 : 0,
            status.Failures, status.Crashes, status.Placed, Columns.Ticks(status.ExpiresAt));
    }

    /// <summary>Writes a status that bears a new report; a job that is queued again waits out its back-off.</summary>
    public static void SaveReport(SqliteSession session, JobRecord job)
    {
        var status = job.Status;
        var report = status.Report!;
        session.Execute(
            "UPDATE jobs SET revision = $2, state = $3, failures = $4, not_before = $5, waits = $17, started_at = $6, finished_at = $7, "
            + "dead = $8, outcome = $9, exit_code = $10, message = $11, result = $12, result_digest = $13, result_size = $14, "
            + "logs_truncated = $15, usage = $16, crashes = $18 WHERE seq = $1",
            job.Sequence, job.Revision, (int)status.State, status.Failures, Columns.Ticks(status.NotBefore), Columns.Ticks(status.StartedAt),
            Columns.Ticks(status.FinishedAt), status.DeadLettered ? 1 : 0, (int)report.Outcome, report.ExitCode, report.Message,
            InlineOf(report.Stdout), DigestOf(report.Stdout), report.Stdout.Size, report.LogsTruncated ? 1 : 0, WriteUsage(report.Usage),
            status.State == JobState.Queued ? 1 : 0, status.Crashes);
    }
}

/// <summary>How small structures stand in text columns.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(JobOverrides))]
[JsonSerializable(typeof(AttemptUsage))]
internal sealed partial class StoredJson : JsonSerializerContext;
