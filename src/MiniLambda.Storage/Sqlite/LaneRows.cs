using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The lanes, which stand once each in a table of their own; jobs name them by number. Numbers are looked up each time: one that was remembered could
/// be that of a lane whose transaction was rolled back, or that was removed.
/// </summary>
internal static class LaneRows
{
    /// <summary>The number of a lane, which is made when it is new; for the writer.</summary>
    public static long FindOrAdd(SqliteSession session, Lane lane) =>
        (long?)session.Scalar("SELECT id FROM lanes WHERE tenant = $1 AND placement = $2", lane.Tenant, lane.Placement) ?? Add(session, lane);

    /// <summary>The lanes that no job names, and the newest job that was looked at. Goes through all jobs.</summary>
    public static (List<long> Lanes, long Newest) FindIdle(SqliteSession session, int limit)
    {
        // First: a job that comes in between is looked at twice rather than never.
        var newest = (long?)session.Scalar("SELECT max(seq) FROM jobs") ?? 0;
        using var row = session.Prepare("SELECT id FROM lanes WHERE id NOT IN (SELECT lane FROM jobs) LIMIT $1", limit).ExecuteReader();
        var lanes = new List<long>();
        while (row.Read())
            lanes.Add(row.GetInt64(0));
        return (lanes, newest);
    }

    /// <summary>Removes lanes that were idle, unless a job came into them since; returns how many went.</summary>
    /// <param name="newest">See <see cref="FindIdle"/>; sequences only grow, and no job ever changes its lane.</param>
    public static int RemoveIdle(SqliteSession session, List<long> lanes, long newest) => lanes.Sum(lane => session.Execute(
        "DELETE FROM lanes WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE seq > $2 AND lane = $1)", lane, newest));

    /// <summary>Puts every job of a file from before there were lanes into its own.</summary>
    public static void AssignAll(SqliteSession session)
    {
        var jobs = new List<(long Sequence, string Manifest, JobOverrides Overrides)>();
        using (var row = session.Prepare(
            "SELECT seq, manifest, overrides FROM jobs JOIN functions ON name = function AND functions.version = jobs.version "
            + "WHERE state IN (1, 2, 3)").ExecuteReader())
        {
            while (row.Read())
                jobs.Add((row.GetInt64(0), row.GetString(1), JobRows.ReadOverrides(row, 2)));
        }

        if (session.Scalar("SELECT seq FROM jobs LIMIT 1") is null)
            return;
        var finished = Add(session, new Lane(Lane.DefaultTenant, ""));
        session.Execute("UPDATE jobs SET lane = $1", finished);
        var lanes = new Dictionary<string, long> { [""] = finished };
        foreach (var (sequence, manifest, overrides) in jobs)
        {
            var placement = ManifestToml.Read(manifest, "").Manifest is { } read ? Placement.Key(overrides.ApplyTo(read)) : "";
            if (!lanes.TryGetValue(placement, out var lane))
                lanes[placement] = lane = Add(session, new Lane(Lane.DefaultTenant, placement));
            session.Execute("UPDATE jobs SET lane = $2 WHERE seq = $1", sequence, lane);
        }
    }

    /// <summary>Puts every job that may run, now or again, into the lane that its function asks for, which lanes of before did not tell from others'.</summary>
    public static void ReassignAll(SqliteSession session)
    {
        const int page = 10_000;
        var keys = new Dictionary<(string Tenant, string Function, int Version, string Overrides, string Placement), string?>();
        var moves = new List<(long Sequence, Lane To)>();
        var last = 0L;
        int read;
        do
        {
            moves.Clear();
            read = 0;
            // In this order: SQLite might begin with the functions, and sort all jobs.
            using (var row = session.Prepare(
                "SELECT seq, jobs.tenant, function, jobs.version, overrides, placement, manifest "
                + "FROM jobs CROSS JOIN lanes ON lanes.id = lane "
                + "CROSS JOIN functions ON functions.tenant = jobs.tenant AND name = function AND functions.version = jobs.version "
                + "WHERE seq > $1 AND (state IN (1, 2, 3) OR dead = 1) ORDER BY seq LIMIT $2", last, page).ExecuteReader())
            {
                for (; row.Read(); read++)
                {
                    last = row.GetInt64(0);
                    var job = (Tenant: row.GetString(1), row.GetString(2), row.GetInt32(3), row.Text(4), Placement: row.GetString(5));
                    if (!keys.TryGetValue(job, out var key))
                    {
                        if (keys.Count >= page)
                            keys.Clear();
                        var manifest = ManifestToml.Read(row.GetString(6), "").Manifest;
                        keys[job] = key = manifest is null
                            ? null
                            : Placement.Key(AsPlaced(JobRows.ReadOverrides(row, 4).ApplyTo(manifest with { Tenant = job.Tenant }), job.Placement));
                    }

                    if (key is not null && key != job.Placement)
                        moves.Add((last, new Lane(job.Tenant, key)));
                }
            }

            foreach (var (sequence, lane) in moves)
                session.Execute("UPDATE jobs SET lane = $2 WHERE seq = $1", sequence, FindOrAdd(session, lane));
        }
        while (read == page);
    }

    // Memory and slots may be those of a resource class, which stands in the configuration; the key, of before and of now, begins with them.
    private static FunctionManifest AsPlaced(FunctionManifest manifest, string placement) =>
        placement.Split(' ', '\0') is [var memory, var slots, ..] && long.TryParse(memory, out var bytes) && int.TryParse(slots, out var count)
            ? manifest with { Limits = manifest.Limits with { MemoryBytes = bytes }, Slots = count }
            : manifest;

    private static long Add(SqliteSession session, Lane lane) =>
        (long)session.Scalar("INSERT INTO lanes(tenant, placement) VALUES ($1, $2) RETURNING id", lane.Tenant, lane.Placement)!;
}
