using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The idempotency keys that tenants used.</summary>
internal static class IdempotencyRows
{
    /// <summary>Takes a key for a job that is about to be stored; the standing answer when the key was used before.</summary>
    public static Submission? Claim(SqliteSession session, NewJob job, Idempotency idempotency)
    {
        var tenant = job.Lane.Tenant;
        using (var row = session.Prepare("SELECT request, job, until FROM idempotency WHERE tenant = $1 AND key = $2", tenant, idempotency.Key).ExecuteReader())
        {
            // A key outlives its time when nobody collected it, and its job when that was purged: then it is free again.
            if (row.Read() && row.Moment(2) > job.CreatedAt && JobRows.Find(session, JobId.Parse(row.GetString(1))) is { } standing)
                return new Submission(row.GetString(0) == idempotency.Request.Hex ? SubmissionStatus.Repeated : SubmissionStatus.KeyTaken, standing);
        }

        session.Execute(
            "INSERT OR REPLACE INTO idempotency(tenant, key, request, job, until) VALUES ($1, $2, $3, $4, $5)",
            tenant, idempotency.Key, idempotency.Request.Hex, job.Id.Value, Columns.Ticks(idempotency.Until));
        return null;
    }

    /// <summary>Removes keys whose time is over; returns how many.</summary>
    public static int Forget(SqliteSession session, DateTimeOffset now, int limit) => session.Execute(
        "DELETE FROM idempotency WHERE (tenant, key) IN (SELECT tenant, key FROM idempotency WHERE until <= $1 ORDER BY until LIMIT $2)",
        Columns.Ticks(now), limit);
}
