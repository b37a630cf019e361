using System.Text.Json;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Checks;

/// <summary>Reads every row as the stores do, and holds what it says against what must hold.</summary>
internal sealed class RowCheck(SqliteSession session, StoreTotals totals, Action<string, string, string> report)
{
    public void LookAtFunctions()
    {
        using var row = session.Prepare("SELECT name, version, module, module_size, manifest, created_at, tenant FROM functions").ExecuteReader();
        while (row.Read())
        {
            totals.Functions++;
            var subject = $"{row.Text(0)}@{row[1]}";
            TryRead("function", subject, () =>
            {
                FunctionName.Parse(row.GetString(0));
                BlobDigest.Parse(row.GetString(2));
                _ = (row.GetInt32(1), row.GetInt64(3), row.Moment(5), row.GetString(6));
                if (ManifestToml.Read(row.GetString(4), subject).Manifest is null)
                    report("function", subject, "its manifest cannot be read");
            });
        }
    }

    public void LookAtJobs(CancellationToken cancellationToken)
    {
        // Columns after those of a record: how its payloads stand, and what it refers to.
        const int input = 31;
        using var row = session.Prepare(
            $"SELECT {JobRows.Selected}, length(input), input_digest, length(result), waits, rank, "
            + "EXISTS (SELECT 1 FROM lanes WHERE id = lane AND lanes.tenant = jobs.tenant), EXISTS (SELECT 1 FROM functions WHERE functions.tenant = jobs.tenant AND name = function AND functions.version = jobs.version) "
            + "FROM jobs ORDER BY seq").ExecuteReader();
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            totals.Jobs++;
            var subject = row.Text(1);
            TryRead("job", subject, () =>
            {
                var job = JobRows.Read(row);
                foreach (var problem in JobConsistency.Problems(job.Status, AttemptRows.Read(session, job.Sequence)))
                    report("job", subject, problem);
                LookAtPayload(subject, "input", row.IsDBNull(input) ? null : row.GetInt64(input), row.Text(input + 1), job.InputSize);
                LookAtPayload(subject, "result", row.IsDBNull(input + 2) ? null : row.GetInt64(input + 2), row.Text(21), row.IsDBNull(22) ? 0 : row.GetInt64(22));
                if (row.GetInt32(input + 3) != 0 && job.Status.State != JobState.Queued)
                    report("job", subject, $"is {job.Status.State} and waits for its time");
                if (row.GetInt64(input + 4) != JobRank.Of(job.CreatedAt, job.Priority))
                    report("job", subject, "has a place in the queue that its age and priority do not give");
                if (row.GetInt32(input + 5) == 0)
                    report("job", subject, "stands in a lane that is not there, or is another tenant's");
                if (row.GetInt32(input + 6) == 0)
                    report("job", subject, $"is of {job.Function}@{job.Version}, which is not there");
            });
        }
    }

    public void LookAtEvents(CancellationToken cancellationToken)
    {
        var last = 0L;
        using var row = session.Prepare("SELECT first, last, data FROM events ORDER BY first").ExecuteReader();
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (from, to) = (row.GetInt64(0), row.GetInt64(1));
            TryRead("event", $"{from}", () =>
            {
                var offsets = EventBuffer.Read(row.Bytes(2)).Select(static e => e.Offset).ToList();
                if (from <= last || offsets.Count == 0 || offsets[0] != from || offsets[^1] != to || offsets.Zip(offsets.Skip(1)).Any(static pair => pair.First >= pair.Second))
                    report("event", $"{from}", "is not in the order of the log");
            });
            last = Math.Max(last, to);
        }

        var opening = (long?)session.Scalar("SELECT max(epoch) FROM meta");
        if ((long?)session.Scalar("SELECT max(revision) FROM jobs") >= (opening + 1) << SqliteDatabase.OffsetBits)
            report("event", "", "a job has a revision that was not given out yet");
    }

    public void LookAtTheRest()
    {
        if ((long)session.Scalar("SELECT count(*) FROM meta")! != 1)
            report("database", "", "the numbering of openings and jobs is gone");
        ReadAll("lane", "SELECT id, tenant, placement FROM lanes", static row => _ = (row.GetInt64(0), row.GetString(1), row.GetString(2)));
        ReadAll("key", "SELECT key, tenant, request, job, until FROM idempotency", static row =>
        {
            BlobDigest.Parse(row.GetString(2));
            JobId.Parse(row.GetString(3));
            row.Moment(4);
        });
        ReadAll("owner", "SELECT blob, owner FROM blob_owners", static row =>
        {
            BlobDigest.Parse(row.GetString(0));
            BlobOwnerRows.Parse(row.GetString(1));
        });
        ReadAll("worker", "SELECT name, drained_at, drain_until, removed_instance FROM workers", static row =>
        {
            _ = (row.MomentOrNull(1), row.MomentOrNull(2));
            if (!row.IsDBNull(3))
                Guid.Parse(row.GetString(3));
        });
        using var stray = session.Prepare(
            "SELECT id, log_chunks.attempt FROM log_chunks JOIN jobs ON seq = job WHERE log_chunks.attempt < 1 OR log_chunks.attempt > jobs.attempt").ExecuteReader();
        while (stray.Read())
            report("job", stray.GetString(0), $"has a log of attempt {stray[1]}, which never was");
    }

    private void LookAtPayload(string subject, string what, long? inline, string digest, long size)
    {
        if (digest.Length > 0 ? inline is not null : (inline ?? 0) != size)
            report("job", subject, $"has {inline ?? 0} bytes of {what} in its row{(digest.Length > 0 ? " and a blob" : "")}, of {size}");
    }

    private void ReadAll(string part, string sql, Action<SqliteDataReader> read)
    {
        using var row = session.Prepare(sql).ExecuteReader();
        while (row.Read())
            TryRead(part, $"{row[0]}", () => read(row));
    }

    private void TryRead(string part, string subject, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidCastException or InvalidOperationException or ArgumentException or OverflowException)
        {
            report(part, subject, $"cannot be read: {e.Message}");
        }
    }
}
