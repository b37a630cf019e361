using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Live;

/// <summary>
/// Which jobs are shown, as a person types it: words that a row must hold, and <c>state:</c>, <c>fn:</c>, <c>node:</c>, <c>tenant:</c>,
/// <c>age&lt;1h</c>, <c>dead</c>; a <c>!</c> before any of them turns it round. All terms have to be true.
/// </summary>
public sealed record JobQuery
{
    public const string Rule = "text, state:failed,timed-out  fn:NAME[@V]  node:NAME  tenant:NAME  age<1h  age>5m  dead; ! before a term turns it round";

    public static readonly JobQuery All = new() { Text = "" };

    private static readonly IReadOnlyDictionary<string, Job.Types.State> States = System.Enum.GetValues<Job.Types.State>()
        .Where(s => s != Job.Types.State.Unspecified)
        .ToDictionary(s => JobTables.Word(s.ToString()), StringComparer.OrdinalIgnoreCase);

    private List<Term> _terms = [];

    /// <summary>As it was typed.</summary>
    public required string Text { get; init; }

    public bool IsAll => _terms.Count == 0;

    /// <summary>Reads what was typed; says what is wrong with it otherwise.</summary>
    public static bool TryParse(string text, out JobQuery query, out string problem)
    {
        (query, problem) = (All, "");
        var terms = new List<Term>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var isInverted = word.StartsWith('!') && word.Length > 1;
            if (Read(isInverted ? word[1..] : word, out problem) is not { } term)
                return false;
            terms.Add(term with { IsInverted = isInverted });
        }

        query = new JobQuery { Text = text.Trim(), _terms = terms };
        return true;
    }

    /// <summary>Whether a job is among those meant.</summary>
    public bool Matches(Job job, DateTimeOffset now) => _terms.All(term => term.Holds(job, now) != term.IsInverted);

    /// <summary>What the orchestrator can sift out itself; the rest is left to <see cref="Matches"/>.</summary>
    public ListJobsRequest ToRequest(DateTimeOffset now)
    {
        var request = new ListJobsRequest();
        foreach (var term in _terms.Where(t => !t.IsInverted))
        {
            if (term.States.Count > 0 && request.States.Count == 0)
                request.States.Add(term.States);
            else if (term.Function is { } function && request.Function.Length == 0)
                (request.Function, request.Version) = (function, term.Version);
            else if (term.Node is { } node && request.Worker.Length == 0)
                request.Worker = node;
            else if (term.Tenant is { } tenant && request.Tenant.Length == 0)
                request.Tenant = tenant;
            else if (term.Younger is { } younger)
                request.CreatedAfter = Before(now, younger);
            else if (term.Older is { } older)
                request.CreatedBefore = Before(now, older);
            else if (term.IsDead)
                request.DeadLettered = true;
        }

        return request;
    }

    /// <inheritdoc/>
    public bool Equals(JobQuery? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    // Nothing is older than time as computers count it.
    private static Timestamp Before(DateTimeOffset now, TimeSpan age) =>
        (age < now - DateTimeOffset.UnixEpoch ? now - age : DateTimeOffset.UnixEpoch).ToTimestamp();

    private static Term? Read(string word, out string problem)
    {
        problem = "";
        if (word.Equals("dead", StringComparison.OrdinalIgnoreCase))
            return new Term { IsDead = true };
        if (word.StartsWith("age", StringComparison.OrdinalIgnoreCase) && word.Length > 3 && word[3] is '<' or '>')
        {
            if (!DurationText.TryParse(word[4..], out var age))
                problem = $"age{word[3]} takes {DurationText.Rule}";
            else
                return word[3] == '<' ? new Term { Younger = age } : new Term { Older = age };
            return null;
        }

        var colon = word.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1)
            return new Term { Text = word };
        var (key, value) = (word[..colon].ToLowerInvariant(), word[(colon + 1)..]);
        if (value.Length == 0)
        {
            problem = $"{key}: what?";
            return null;
        }

        switch (key)
        {
            case "state" or "s":
                var names = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
                if (names.Length > 0 && names.FirstOrDefault(n => !States.ContainsKey(n)) is null)
                    return new Term { States = [.. names.Select(n => States[n])] };
                problem = $"there is no state '{names.FirstOrDefault(n => !States.ContainsKey(n)) ?? value}': {string.Join(", ", States.Keys)}";
                return null;
            case "fn" or "function" or "f":
                var at = value.IndexOf('@', StringComparison.Ordinal);
                if (at < 0)
                    return new Term { Function = value };
                if (int.TryParse(value[(at + 1)..], out var version) && version > 0)
                    return new Term { Function = value[..at], Version = version };
                problem = "fn: takes NAME or NAME@VERSION";
                return null;
            case "node" or "worker" or "n":
                return new Term { Node = value };
            case "tenant":
                return new Term { Tenant = value };
            default:
                problem = $"there is no '{key}:'; there are state: fn: node: tenant: age< age> dead";
                return null;
        }
    }

    private sealed record Term
    {
        public bool IsInverted { get; init; }

        public string? Text { get; init; }

        public IReadOnlyList<Job.Types.State> States { get; init; } = [];

        public string? Function { get; init; }

        public int Version { get; init; }

        public string? Node { get; init; }

        public string? Tenant { get; init; }

        public TimeSpan? Younger { get; init; }

        public TimeSpan? Older { get; init; }

        public bool IsDead { get; init; }

        public bool Holds(Job job, DateTimeOffset now) =>
            Text is { } text ? Holding(job).Any(cell => cell.Contains(text, StringComparison.OrdinalIgnoreCase))
            : States.Count > 0 ? States.Contains(job.State)
            : Function is { } function ? job.Function == function && (Version == 0 || job.Version == Version)
            : Node is { } node ? job.Worker == node
            : Tenant is { } tenant ? job.Tenant == tenant
            : Younger is { } younger ? now - job.CreatedAt.ToDateTimeOffset() < younger
            : Older is { } older ? now - job.CreatedAt.ToDateTimeOffset() > older
            : job.DeadLettered;

        private static string[] Holding(Job job) => [job.Id, JobTables.Function(job), job.Worker, JobTables.State(job), job.Message];
    }
}
