using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The ranges of the indexes in which the jobs of a list stand, each in the order of submission: one for each tenant, function and state that is asked
/// for. SQLite merges ranges; it would go through all jobs, or sort all that match, for what is said in one condition.
/// </summary>
/// <param name="Tenants">Empty: the tenant is no matter.</param>
/// <param name="Functions">Empty: the function is no matter, or is looked at job by job.</param>
/// <param name="States">Empty: the state is no matter.</param>
internal sealed record JobRanges(IReadOnlyList<string> Tenants, IReadOnlyList<string> Functions, IReadOnlyList<JobState> States)
{
    /// <summary>Ranges of one list: SQLite takes 500.</summary>
    private const int Most = 400;

    private static readonly JobState[] AllStates = Enum.GetValues<JobState>();

    public static JobRanges Whole { get; } = new([], [], []);

    public static JobRanges Of(SqliteSession session, JobQuery query)
    {
        var states = query.States.Distinct().ToArray();
        var isIndexed = states.Length > 0 || query.Function is not null || query.DeadLettered;
        List<string> tenants = query.Tenant is { } tenant ? [tenant] : isIndexed ? Read(session, "SELECT DISTINCT tenant FROM lanes") : [];
        List<string> functions = query switch
        {
            { Function: { } function } => [function.Value],
            { Tenant: not null, Functions.Count: > 0 } => Matching(session, query),
            _ => [],
        };
        // All jobs of one tenant have no range of their own: those of each state have.
        if (tenants.Count > 0 && functions.Count == 0 && states.Length == 0 && !query.DeadLettered)
            states = AllStates;
        var ranges = new JobRanges(tenants, functions, states);
        while (ranges.Count > Most)
        {
            ranges = ranges.Functions.Count > 1 ? ranges with { Functions = [] }
                : ranges with { Tenants = [] };
        }

        return ranges;
    }

    private int Count => Math.Max(1, Tenants.Count) * Math.Max(1, Functions.Count) * Math.Max(1, States.Count);

    private static List<string> Matching(SqliteSession session, JobQuery query)
    {
        object?[] values = [query.Tenant, .. query.Functions];
        return Read(session, $"SELECT DISTINCT name FROM functions WHERE tenant = $1 AND {Globs.Condition("name", 2, query.Functions.Count)}", values);
    }

    private static List<string> Read(SqliteSession session, string sql, params object?[] values)
    {
        using var command = session.Compose(sql, values);
        using var row = command.ExecuteReader();
        var names = new List<string>();
        while (row.Read())
            names.Add(row.GetString(0));
        return names;
    }
}

/// <summary>Patterns of names as SQLite's GLOB: for the characters that patterns have, both mean the same.</summary>
internal static class Globs
{
    /// <param name="first">The number of the parameter that bears the first pattern; the others follow.</param>
    public static string Condition(string column, int first, int count) =>
        count == 0 ? "1" : $"({string.Join(" OR ", Enumerable.Range(first, count).Select(number => $"{column} GLOB ${number}"))})";
}
