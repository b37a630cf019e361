using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Jobs as rows.</summary>
public static class JobTables
{
    public static TextTable List(IEnumerable<Job> jobs, bool wide, DateTimeOffset now, string whenEmpty = "no jobs", TenantColumn? tenants = null)
    {
        var all = jobs.ToList();
        var isOfMany = (tenants ?? new TenantColumn()).IsShown(all.Select(static job => job.Tenant));
        string[] more = isOfMany ? ["TENANT"] : [];
        var table = wide
            ? new TextTable("ID", "FUNCTION", "WORKER", "STATE", "ATTEMPT", "QUEUED", "START", "RUN", "AGE", "TENANT", "PRIORITY", "MESSAGE") { WhenEmpty = whenEmpty }
            : new TextTable(["ID", "FUNCTION", "WORKER", "STATE", "RUN", "AGE", .. more]) { WhenEmpty = whenEmpty };
        foreach (var job in all)
        {
            if (wide)
            {
                table.Add(
                    job.Id, Function(job), Or(job.Worker), State(job), $"{job.Attempt}", Time(job.QueuedFor), Time(job.Usage?.Start), Run(job, now),
                    Age(job.CreatedAt, now), job.Tenant, $"{job.Priority}", Or(Message(job)));
            }
            else
            {
                string[] cells = isOfMany ? [job.Tenant] : [];
                table.Add([job.Id, Function(job), Or(job.Worker), State(job), Run(job, now), Age(job.CreatedAt, now), .. cells]);
            }
        }

        return table;
    }

    /// <summary>Jobs that failed for good: of them one wants to know why.</summary>
    public static TextTable DeadLetters(IEnumerable<Job> jobs, DateTimeOffset now, string whenEmpty, TenantColumn? tenants = null)
    {
        var all = jobs.ToList();
        var isOfMany = (tenants ?? new TenantColumn()).IsShown(all.Select(static job => job.Tenant));
        string[] more = isOfMany ? ["TENANT"] : [];
        var table = new TextTable(["ID", "FUNCTION", "STATE", "ATTEMPTS", "AGE", .. more, "MESSAGE"]) { WhenEmpty = whenEmpty };
        foreach (var job in all)
        {
            string[] cells = isOfMany ? [job.Tenant] : [];
            table.Add([job.Id, Function(job), State(job), $"{job.Attempt}", Age(job.CreatedAt, now), .. cells, Or(job.Message)]);
        }

        return table;
    }

    /// <summary>Jobs at workers: what runs there, and for how long.</summary>
    public static TextTable Running(IEnumerable<Job> jobs, bool wide, DateTimeOffset now)
    {
        string[] more = wide ? ["ATTEMPT", "TENANT", "QUEUED"] : [];
        var table = new TextTable(["JOB", "FUNCTION", "NODE", "STATE", "TIME", .. more, "AGE"]) { WhenEmpty = "nothing runs" };
        foreach (var job in jobs)
        {
            string[] cells = wide ? [$"{job.Attempt}", job.Tenant, Time(job.QueuedFor)] : [];
            table.Add([job.Id, Function(job), Or(job.Worker), State(job), Run(job, now), .. cells, Age(job.CreatedAt, now)]);
        }

        return table;
    }

    /// <summary>One job in full.</summary>
    public static TextTable Show(Job job, DateTimeOffset now)
    {
        var table = new TextTable();
        table.Add("id", job.Id);
        table.Add("function", Function(job));
        table.Add("state", State(job) + (job.DeadLettered ? " (dead letter)" : ""));
        if (job.Message.Length > 0)
            table.Add("message", job.Message);
        if (job.HasExitCode)
            table.Add("exit code", $"{job.ExitCode}");
        table.Add("submitted", $"{Moment(job.CreatedAt)} ({Age(job.CreatedAt, now)} ago)");
        if (job.State == Job.Types.State.Queued && job.NotBefore is { } due && due.ToDateTimeOffset() > now)
            table.Add("next attempt", $"in {DurationText.Humanize(due.ToDateTimeOffset() - now)}");
        if (job.Explanation is { Summary.Length: > 0 } explanation)
            table.Add(job.State == Job.Types.State.Queued ? "waits" : "place", explanation.Summary);
        else if (job.Unplaceable.Length > 0)
            table.Add("waits", job.Unplaceable);
        if (job.ExpiresAt is { } expiry)
            table.Add("expires", $"in {DurationText.Humanize(expiry.ToDateTimeOffset() - now)}");
        table.Add("attempt", $"{job.Attempt}");
        table.Add("worker", Or(job.Worker));
        table.Add("tenant", job.Tenant);
        if (job.Priority != 0)
            table.Add("priority", $"{job.Priority}");
        table.Add("input", ByteSize.Format(job.InputSize));
        if (job.Usage is { } usage)
        {
            table.Add("result", ByteSize.Format(job.ResultSize) + (job.ResultDigest.Length > 0 ? $" (sha256 {Digest(job.ResultDigest)})" : ""));
            table.Add("queued", Time(job.QueuedFor));
            table.Add("fetch", Time(usage.Fetch));
            table.Add("compile", $"{Time(usage.Compile)} ({Artifact(usage)})");
            table.Add("start", Time(usage.Start));
            table.Add("run", Time(usage.Run));
            table.Add("cpu", Time(usage.Cpu));
            table.Add("memory", ByteSize.Format(usage.PeakMemory));
            if (usage.Fuel > 0)
                table.Add("fuel", $"{usage.Fuel}");
        }

        foreach (var attempt in job.Attempts.SkipLast(job.Attempts.Count > 1 ? 0 : 1))
        {
            var end = attempt.Outcome == Attempt.Types.Outcome.Unspecified
                ? attempt.FinishedAt is null ? "runs" : "handed back"
                : Word(attempt.Outcome.ToString());
            table.Add($"attempt {attempt.Number}", $"{attempt.Worker}: {end}" + (attempt.Message.Length > 0 ? $" - {attempt.Message}" : ""));
        }

        return table;
    }

    public static string Function(Job job) => $"{job.Function}@{job.Version}";

    public static string State(Job job) => Word(job.State.ToString());

    public static string Time(Duration? duration) => duration is null ? "-" : DurationText.Humanize(duration.ToTimeSpan());

    public static string Age(Timestamp? at, DateTimeOffset now) => at is null ? "-" : Coarse(now - at.ToDateTimeOffset());

    /// <summary>As much of a digest as tells it from others.</summary>
    public static string Digest(string digest) => digest.Length > 12 ? digest[..12] : digest;

    /// <summary>A moment in UTC, to the second.</summary>
    public static string Moment(Timestamp? at) => at is null ? "-" : $"{at.ToDateTimeOffset():u}";

    /// <summary>Where the compiled module came from.</summary>
    public static string Artifact(Usage usage) => usage.Artifact switch
    {
        Usage.Types.Artifact.Compiled => "compiled",
        Usage.Types.Artifact.Disk => "from artifact",
        Usage.Types.Artifact.Memory => "in memory",
        _ => "-",
    };

    /// <summary>A name of the protocol as people read it: <c>TimedOut</c> → <c>timed-out</c>.</summary>
    public static string Word(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    private static string Run(Job job, DateTimeOffset now) => job is { State: Job.Types.State.Running, StartedAt: { } started }
        ? DurationText.Humanize(now - started.ToDateTimeOffset())
        : Time(job.Usage?.Run);

    /// <summary>Why it waits, and how its newest attempt ended.</summary>
    private static string Message(Job job) => job.Unplaceable.Length == 0 ? job.Message
        : job.Message.Length == 0 ? $"waits: {job.Unplaceable}"
        : $"waits: {job.Unplaceable} (last attempt: {job.Message})";

    private static string Or(string text) => text.Length == 0 ? "-" : text;

    private static string Coarse(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalSeconds: < 120 } => $"{(int)age.TotalSeconds}s",
        { TotalMinutes: < 120 } => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 48 } => $"{(int)age.TotalHours}h",
        _ => $"{(int)age.TotalDays}d",
    };
}
