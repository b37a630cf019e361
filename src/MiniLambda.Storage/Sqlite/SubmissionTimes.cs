using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// Finds by halving where in the order of submission a moment lies: jobs are numbered in it, and so need no index of their moments, which every
/// submission would pay for.
/// </summary>
internal static class SubmissionTimes
{
    /// <summary>
    /// Jobs that are submitted at once are not quite numbered in the order of their moments: so much further is looked, in ticks.
    /// </summary>
    private const long Disorder = 5 * TimeSpan.TicksPerSecond;

    /// <summary>The numbers among which all jobs are that a query's moments leave; the last one is past them.</summary>
    public static (long? From, long Until) RangeOf(SqliteSession session, JobQuery query) => (
        query.CreatedAfter is { } after ? FirstAt(session, Columns.Ticks(after) - Disorder) : null,
        query.CreatedBefore is { } before ? FirstAt(session, Columns.Ticks(before) + Disorder) : long.MaxValue);

    /// <summary>The number of a job that was submitted at a moment or later, while the one before was submitted earlier; one past the last when none was.</summary>
    private static long FirstAt(SqliteSession session, long at)
    {
        var low = (long?)session.Scalar("SELECT min(seq) FROM jobs") ?? 0;
        var high = ((long?)session.Scalar("SELECT max(seq) FROM jobs") ?? 0) + 1;
        // Invariant: what is before low is earlier, what stands at high or after is not. Numbers that are gone count as the next that is there.
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            using var row = session.Prepare("SELECT seq, created_at FROM jobs WHERE seq >= $1 ORDER BY seq LIMIT 1", middle).ExecuteReader();
            if (row.Read() && row.GetInt64(0) < high && row.GetInt64(1) < at)
                low = row.GetInt64(0) + 1;
            else
                high = middle;
        }

        return low;
    }
}
