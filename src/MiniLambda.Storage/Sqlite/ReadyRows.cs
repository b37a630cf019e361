using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The queued jobs in the order they run. Those that wait out a back-off stand in an index of their own and are moved over once their time has come,
/// so that neither a long queue nor many waiting jobs are gone through to find the next in line.
/// </summary>
internal static class ReadyRows
{
    /// <summary>Jobs moved over in one change: other changes come in between.</summary>
    private const int MaxAdmitted = 1000;

    public static bool HasDue(SqliteSession session, DateTimeOffset now) =>
        session.Scalar("SELECT 1 FROM jobs WHERE waits = 1 AND not_before <= $1 LIMIT 1", Columns.Ticks(now)) is not null;

    /// <summary>Moves jobs whose time has come over to those that may run; true when there may be more of them.</summary>
    public static bool AdmitDue(SqliteSession session, DateTimeOffset now) => session.Execute(
        "UPDATE jobs SET waits = 0 WHERE seq IN (SELECT seq FROM jobs WHERE waits = 1 AND not_before <= $1 ORDER BY not_before LIMIT $2)",
        Columns.Ticks(now), MaxAdmitted) == MaxAdmitted;

    public static DateTimeOffset? NextDue(SqliteSession session, DateTimeOffset now)
    {
        using var row = session.Prepare("SELECT min(not_before) FROM jobs WHERE waits = 1 AND not_before > $1", Columns.Ticks(now)).ExecuteReader();
        return row.Read() ? row.MomentOrNull(0) : null;
    }

    public static List<ReadyJob> Read(SqliteSession session, ReadyCursor? after, int limit)
    {
        var jobs = new List<ReadyJob>();
        // Two range scans: one condition for both would have SQLite walk the whole priority up to the cursor.
        if (after is { } cursor)
            Add("priority = $1 AND seq > $2 ORDER BY seq LIMIT $3", cursor.Priority, cursor.Sequence, limit);
        if (jobs.Count < limit)
            Add("priority < $1 ORDER BY priority DESC, seq LIMIT $2", after?.Priority ?? long.MaxValue, limit - jobs.Count);
        return jobs;

        void Add(string range, params ReadOnlySpan<object?> values)
        {
            // Left to itself SQLite takes the index by state and sorts all that are queued.
            using var row = session.Prepare(
                "SELECT id, seq, function, version, overrides, priority FROM jobs INDEXED BY jobs_ready "
                + $"WHERE state = 1 AND waits = 0 AND {range}",
                values).ExecuteReader();
            while (row.Read())
            {
                jobs.Add(new ReadyJob(
                    JobId.Parse(row.GetString(0)), row.GetInt64(1), FunctionName.Parse(row.GetString(2)), row.GetInt32(3),
                    JobRows.ReadOverrides(row, 4), row.GetInt32(5)));
            }
        }
    }
}
