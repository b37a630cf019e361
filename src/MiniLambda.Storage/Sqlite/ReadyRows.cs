using System.Globalization;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The queued jobs, lane by lane in the order they run. Those whose time has not come stand in an index of their own and are moved over when it has,
/// so that neither a long queue nor many waiting jobs are gone through to find the next in line.
/// </summary>
internal static class ReadyRows
{
    // Left to itself SQLite takes the index by state and sorts all that are queued.
    private const string Ready = "FROM jobs INDEXED BY jobs_ready WHERE state = 1 AND waits = 0";

    // In the same statement, so that the number is what the lane bears in the commit that is read.
    private const string InLane = Ready + " AND lane = (SELECT id FROM lanes WHERE tenant = $1 AND placement = $2)";

    /// <summary>Moves jobs whose time has come over to those that may run; returns their lanes.</summary>
    public static List<Lane> AdmitDue(SqliteSession session, DateTimeOffset now, int limit)
    {
        using var row = session.Prepare(
            "UPDATE jobs SET waits = 0 WHERE seq IN (SELECT seq FROM jobs WHERE waits = 1 AND not_before <= $1 ORDER BY not_before LIMIT $2) "
            + "RETURNING (SELECT tenant FROM lanes WHERE id = lane), (SELECT placement FROM lanes WHERE id = lane)",
            Columns.Ticks(now), limit).ExecuteReader();
        var lanes = new List<Lane>();
        while (row.Read())
            lanes.Add(new Lane(row.GetString(0), row.GetString(1)));
        return lanes;
    }

    // What never failed waits because somebody asked for it.
    public static int ShortenBackoffs(SqliteSession session, TimeSpan by) =>
        session.Execute("UPDATE jobs SET not_before = not_before - $1 WHERE waits = 1 AND failures > 0", by.Ticks);

    public static DateTimeOffset? NextDue(SqliteSession session) => First(session.Prepare("SELECT min(not_before) FROM jobs WHERE waits = 1"));

    public static DateTimeOffset? NextExpiry(SqliteSession session) =>
        First(session.Prepare("SELECT min(expires_at) FROM jobs WHERE state = 1 AND expires_at IS NOT NULL"));

    /// <summary>Looks at the head of each lane alone.</summary>
    public static DateTimeOffset? Oldest(SqliteSession session) => First(session.Prepare(
        "SELECT min((SELECT created_at FROM jobs INDEXED BY jobs_ready WHERE lane = l.id AND state = 1 AND waits = 0 ORDER BY rank, seq LIMIT 1)) FROM lanes l"));

    /// <summary>The jobs whose time to live is over.</summary>
    public static List<JobId> Expired(SqliteSession session, DateTimeOffset now, int limit)
    {
        using var row = session.Prepare(
            "SELECT id FROM jobs WHERE state = 1 AND expires_at IS NOT NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
            Columns.Ticks(now), limit).ExecuteReader();
        var jobs = new List<JobId>();
        while (row.Read())
            jobs.Add(JobId.Parse(row.GetString(0)));
        return jobs;
    }

    /// <summary>One page of the lanes that hold ready jobs. Jumps from lane to lane in the index, however many jobs each holds.</summary>
    /// <exception cref="FormatException">The page token is not this list's.</exception>
    public static Page<Lane> Lanes(SqliteSession session, PageRequest page)
    {
        var last = 0L;
        if (page.Token.Length > 0 && !long.TryParse(page.Token, NumberStyles.None, CultureInfo.InvariantCulture, out last))
            throw new FormatException($"'{page.Token}' is not a page token of this list");
        var lanes = new List<Lane>();
        while (lanes.Count < page.Size)
        {
            using var row = session.Prepare(
                $"SELECT id, tenant, placement FROM lanes WHERE id = (SELECT lane {Ready} AND lane > $1 ORDER BY lane LIMIT 1)", last).ExecuteReader();
            if (!row.Read())
                return new Page<Lane>(lanes, "");
            last = row.GetInt64(0);
            lanes.Add(new Lane(row.GetString(1), row.GetString(2)));
        }

        return new Page<Lane>(lanes, last.ToString(CultureInfo.InvariantCulture));
    }

    public static List<ReadyJob> Read(SqliteSession session, Lane lane, ReadyCursor? after, int limit)
    {
        var cursor = after ?? new ReadyCursor(long.MinValue, 0);
        using var row = session.Prepare(
            $"SELECT id, seq, rank, function, version, overrides {InLane} AND (rank, seq) > ($3, $4) ORDER BY rank, seq LIMIT $5",
            lane.Tenant, lane.Placement, cursor.Rank, cursor.Sequence, limit).ExecuteReader();
        var jobs = new List<ReadyJob>();
        while (row.Read())
        {
            jobs.Add(new ReadyJob(
                JobId.Parse(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), FunctionName.Parse(row.GetString(3)), row.GetInt32(4),
                JobRows.ReadOverrides(row, 5), lane));
        }

        return jobs;
    }

    public static int Count(SqliteSession session, Lane lane, ReadyCursor before, int limit) => (int)(long)session.Scalar(
        $"SELECT count(*) FROM (SELECT 1 {InLane} AND (rank, seq) < ($3, $4) LIMIT $5)", lane.Tenant, lane.Placement, before.Rank, before.Sequence, limit)!;

    private static DateTimeOffset? First(SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? row.MomentOrNull(0) : null;
    }
}
