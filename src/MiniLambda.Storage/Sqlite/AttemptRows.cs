using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Reads and writes the rows of <c>attempts</c>: those that another may follow. The newest stands in the job's own row.</summary>
internal static class AttemptRows
{
    /// <summary>Keeps the newest attempt, unless it is kept already (the job came to its end in the queue).</summary>
    /// <param name="report">Null when the worker handed the attempt back.</param>
    public static void Insert(SqliteSession session, JobRecord job, AttemptReport? report)
    {
        var status = job.Status;
        session.Execute(
            "INSERT OR IGNORE INTO attempts(job, attempt, worker, leased_at, started_at, finished_at, outcome, exit_code, message, logs_truncated, "
            + "usage, placed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            job.Sequence, status.Attempt, status.Worker, Columns.Ticks(status.LeasedAt), Columns.Ticks(status.StartedAt), Columns.Ticks(status.FinishedAt),
            (int?)report?.Outcome, report?.ExitCode, report?.Message, report is null ? null : report.LogsTruncated ? 1 : 0,
            report is null ? null : JobRows.WriteUsage(report.Usage), status.Placed);
    }

    public static List<AttemptRecord> Read(SqliteSession session, long sequence)
    {
        using var row = session.Prepare(
            "SELECT attempt, worker, leased_at, started_at, finished_at, outcome, exit_code, message, logs_truncated, usage, placed FROM attempts "
            + "WHERE job = $1 ORDER BY attempt",
            sequence).ExecuteReader();
        var attempts = new List<AttemptRecord>();
        while (row.Read())
        {
            var report = row.IsDBNull(5)
                ? null
                : new AttemptReport
                {
                    Outcome = (AttemptOutcome)row.GetInt32(5),
                    ExitCode = row.IsDBNull(6) ? null : row.GetInt32(6),
                    Message = row.Text(7),
                    LogsTruncated = row.GetInt32(8) != 0,
                    Usage = JobRows.ReadUsage(row, 9),
                };
            attempts.Add(new AttemptRecord(row.GetInt32(0), row.GetString(1), row.Moment(2), row.MomentOrNull(3), row.MomentOrNull(4), report, row.GetString(10)));
        }

        return attempts;
    }
}
