using System.Globalization;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Storage.Sqlite;

/// <summary>One page of the jobs that match a query, newest first. A page token is the sequence of the last job before it.</summary>
internal sealed class JobListing
{
    private readonly int _size;

    private JobListing(string sql, object?[] values, int size) => (Sql, Values, _size) = (sql, values, size);

    public string Sql { get; }

    public object?[] Values { get; }

    /// <param name="range">The sequences among which all that match are; the last one is past them. Null when nothing is known.</param>
    /// <exception cref="FormatException">The page token is not this list's.</exception>
    public static JobListing Of(JobQuery query, PageRequest page, (long? From, long Until)? range = null)
    {
        var before = long.MaxValue;
        if (page.Token.Length > 0 && !long.TryParse(page.Token, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new FormatException($"'{page.Token}' is not a page token of this list");
        var where = "seq < $1";
        var values = new List<object?> { Math.Min(before, range?.Until ?? long.MaxValue), page.Size + 1 };
        Filter("seq >=", range?.From);
        Filter("created_at >=", Columns.Ticks(query.CreatedAfter));
        Filter("created_at <", Columns.Ticks(query.CreatedBefore));
        Filter("function =", query.Function?.Value);
        Filter("version =", query.Version);
        Filter("worker =", query.Worker);
        if (query.Tenant is { } tenant)
        {
            values.Add(tenant);
            where += $" AND lane IN (SELECT id FROM lanes WHERE tenant = ${values.Count})";
        }

        if (query.DeadLettered)
            where += " AND dead = 1";
        var all = $"SELECT {JobRows.Selected} FROM jobs WHERE {where}";
        // SQLite merges one ordered range of each state; state IN (…) would make it walk all jobs, or sort all that match.
        var select = query.States.Count == 0 ? all : string.Join(" UNION ALL ", query.States.Distinct().Select(state => $"{all} AND state = {(int)state}"));
        return new JobListing($"{select} ORDER BY seq DESC LIMIT $2", [.. values], page.Size);

        void Filter(string condition, object? value)
        {
            if (value is null)
                return;
            values.Add(value);
            where += $" AND {condition} ${values.Count}";
        }
    }

    public Page<JobRecord> Read(SqliteSession session)
    {
        using var command = session.Compose(Sql, Values);
        using var row = command.ExecuteReader();
        var jobs = new List<JobRecord>();
        while (row.Read())
            jobs.Add(JobRows.Read(row));
        if (jobs.Count <= _size)
            return new Page<JobRecord>(jobs, "");
        jobs.RemoveAt(_size);
        return new Page<JobRecord>(jobs, jobs[^1].Sequence.ToString(CultureInfo.InvariantCulture));
    }
}
