using System.Globalization;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Storage.Sqlite;

/// <summary>One page of the jobs that match a query, newest first. A page token is the sequence of the last job before it.</summary>
internal sealed class JobListing
{
    private readonly int _size;
    private readonly List<object?> _values;

    private JobListing(JobQuery query, PageRequest page, (long? From, long Until)? times, JobRanges ranges)
    {
        var before = long.MaxValue;
        if (page.Token.Length > 0 && !long.TryParse(page.Token, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new FormatException($"'{page.Token}' is not a page token of this list");
        _size = page.Size;
        _values = [Math.Min(before, times?.Until ?? long.MaxValue), page.Size + 1];
        var where = "seq < $1" + Filter("seq >=", times?.From) + Filter("created_at >=", Columns.Ticks(query.CreatedAfter))
            + Filter("created_at <", Columns.Ticks(query.CreatedBefore)) + Filter("version =", query.Version) + Filter("worker =", query.Worker);
        if (query.DeadLettered)
            where += " AND dead = 1";
        if (query.Functions.Count > 0)
        {
            where += $" AND {Globs.Condition("function", _values.Count + 1, query.Functions.Count)}";
            _values.AddRange(query.Functions);
        }

        // Without a range of its own, what is asked for is looked at job by job.
        if (ranges.Tenants.Count == 0)
            where += Filter("tenant =", query.Tenant);
        if (ranges.Functions.Count == 0)
            where += Filter("function =", query.Function?.Value);
        var tenants = Ranges("tenant =", ranges.Tenants);
        var functions = Ranges("function =", ranges.Functions);
        var states = ranges.States.Count == 0 ? [""] : ranges.States.Select(static state => $" AND state = {(int)state}").ToList();
        Sql = string.Join(
            " UNION ALL ",
            from tenant in tenants
            from function in functions
            from state in states
            select $"SELECT {JobRows.Selected} FROM jobs WHERE {where}{tenant}{function}{state}") + " ORDER BY seq DESC LIMIT $2";
    }

    public string Sql { get; }

    public object?[] Values => [.. _values];

    /// <param name="times">The sequences among which all that match are; the last one is past them. Null when nothing is known.</param>
    /// <param name="ranges">Where they stand in the indexes.</param>
    /// <exception cref="FormatException">The page token is not this list's.</exception>
    public static JobListing Of(JobQuery query, PageRequest page, (long? From, long Until)? times = null, JobRanges? ranges = null) =>
        new(query, page, times, ranges ?? JobRanges.Whole with { States = query.States });

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

    private string Filter(string condition, object? value)
    {
        if (value is null)
            return "";
        _values.Add(value);
        return $" AND {condition} ${_values.Count}";
    }

    private List<string> Ranges(string condition, IReadOnlyList<string> values) =>
        values.Count == 0 ? [""] : [.. values.Select(value => Filter(condition, value))];
}
