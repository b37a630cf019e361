using System.Collections.Concurrent;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The lanes, which stand once each in a table of their own; jobs name them by number.</summary>
internal sealed class LaneRows
{
    private const int MaxKnown = 10_000;

    // A number never changes its meaning, so what was read once stays true; a rolled-back insert is not remembered.
    private readonly ConcurrentDictionary<Lane, long> _known = new();

    /// <summary>The number of a lane; null when no job ever stood in it.</summary>
    public long? Find(SqliteSession session, Lane lane)
    {
        if (_known.TryGetValue(lane, out var known))
            return known;
        if (session.Scalar("SELECT id FROM lanes WHERE tenant = $1 AND placement = $2", lane.Tenant, lane.Placement) is not long id)
            return null;
        if (_known.Count >= MaxKnown)
            _known.Clear();
        return _known[lane] = id;
    }

    /// <summary>The number of a lane, which is made when it is new; for the writer.</summary>
    public long FindOrAdd(SqliteSession session, Lane lane) => Find(session, lane) ?? Add(session, lane);

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

    private static long Add(SqliteSession session, Lane lane) =>
        (long)session.Scalar("INSERT INTO lanes(tenant, placement) VALUES ($1, $2) RETURNING id", lane.Tenant, lane.Placement)!;
}
