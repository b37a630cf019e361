using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Screens.Theming;
using static MiniLambda.Contracts.V1.Job.Types.State;

namespace MiniLambda.Workbench.Rendering;

/// <summary>The table of jobs, in as many columns as there is room for.</summary>
public sealed class JobRows
{
    private const int StateWidth = 11;
    private const int TimeWidth = 6;
    private const int AgeWidth = 4;
    private const int ShortIdWidth = 9;
    private const string MostlyBegins = "the function ";

    private readonly int _id;
    private readonly int _function;
    private readonly int _node;
    private readonly bool _hasTime;
    private readonly int _message;

    /// <param name="width">Columns of the table, of which the first is for the cursor or a mark.</param>
    public JobRows(IReadOnlyList<Job> jobs, int width)
    {
        var id = Widest(jobs, j => j.Id, 6, 20);
        var function = Widest(jobs, JobTables.Function, 8, 40);
        var node = Widest(jobs, j => j.Worker, 4, 24);
        _hasTime = width >= 38;
        var room = width - 1 - StateWidth - 1 - AgeWidth - (_hasTime ? TimeWidth + 1 : 0);
        if (id + function + node + 3 > room)
            id = Math.Min(id, ShortIdWidth);
        if (id + function + node + 3 > room)
            node = Math.Min(node, Math.Max(6, (room - id - 3) / 3));
        if (id + 8 + node + 3 > room)
            node = 0;
        function = Math.Clamp(room - id - (node > 0 ? node + 1 : 0) - 2, 3, function);
        (_id, _function, _node) = (id, function, node);
        _message = Math.Max(0, room - id - function - (node > 0 ? node + 1 : 0) - 2 - 1);
    }

    public ScreenLine Header()
    {
        var line = new ScreenLine().Add(" ", ThemeRole.Muted).Cell("ID", _id, ThemeRole.Muted).Add(" ").Cell("FUNCTION", _function, ThemeRole.Muted).Add(" ");
        if (_node > 0)
            line.Cell("NODE", _node, ThemeRole.Muted).Add(" ");
        line.Cell("STATE", StateWidth, ThemeRole.Muted).Add(" ");
        if (_hasTime)
            line.Cell("TIME", TimeWidth, ThemeRole.Muted, isRight: true).Add(" ");
        line.Cell("AGE", AgeWidth, ThemeRole.Muted, isRight: true);
        return _message > 12 ? line.Add("  ").Cell("MESSAGE", _message - 1, ThemeRole.Muted) : line;
    }

    public ScreenLine Row(Job job, DateTimeOffset now, bool isMarked)
    {
        var role = Role(job);
        var line = new ScreenLine()
            .Add(isMarked ? "*" : " ", ThemeRole.CurrentMatch)
            .Cell(_id < job.Id.Length ? "…" + job.Id[^(_id - 1)..] : job.Id, _id)
            .Add(" ")
            .Cell(JobTables.Function(job), _function, ThemeRole.Name)
            .Add(" ");
        if (_node > 0)
            line.Cell(job.Worker.Length > 0 ? job.Worker : "-", _node, ThemeRole.Muted).Add(" ");
        line.Cell($"{Sign(job)} {JobTables.State(job)}", StateWidth, role).Add(" ");
        if (_hasTime)
            line.Cell(Time(job, now), TimeWidth, ThemeRole.Plain, isRight: true).Add(" ");
        line.Cell(JobTables.Age(job.CreatedAt, now), AgeWidth, ThemeRole.Muted, isRight: true);
        return _message > 12 ? line.Add("  ").Cell(Message(job), _message - 1, ThemeRole.Muted) : line;
    }

    /// <summary>What a job's state looks like.</summary>
    public static ThemeRole Role(Job job) => Role(job.State);

    public static ThemeRole Role(Job.Types.State state) => state switch
    {
        Queued => ThemeRole.Queued,
        Leased or Running => ThemeRole.Running,
        Succeeded => ThemeRole.Succeeded,
        Failed or TimedOut => ThemeRole.Failed,
        _ => ThemeRole.Away,
    };

    /// <summary>A sign for it, so that states differ without colours too.</summary>
    public static string Sign(Job job) => job.State switch
    {
        Queued => "○",
        Leased => "◌",
        Running => "●",
        Succeeded => "✓",
        Failed or TimedOut => job.DeadLettered ? "†" : "✗",
        _ => "–",
    };

    /// <summary>How long it runs or ran.</summary>
    public static string Time(Job job, DateTimeOffset now) => job switch
    {
        { State: Running, StartedAt: { } started } => Short(now - started.ToDateTimeOffset()),
        { Usage.Run: { } run } => Short(run.ToTimeSpan()),
        _ => "-",
    };

    /// <summary>A duration in at most six characters.</summary>
    public static string Short(TimeSpan time) => time switch
    {
        { Ticks: < 0 } => "0s",
        { TotalSeconds: >= 10, TotalMinutes: < 2 } => $"{time.TotalSeconds:0}s",
        { TotalSeconds: >= 1, TotalMinutes: < 2 } => $"{time.TotalSeconds:0.0}s",
        { TotalHours: >= 2, TotalDays: < 2 } => $"{time.TotalHours:0}h",
        { TotalDays: >= 2 } => $"{time.TotalDays:0}d",
        { TotalMinutes: >= 2 } => $"{(int)time.TotalMinutes}m{time.Seconds:00}",
        _ => DurationText.Humanize(time),
    };

    private static string Message(Job job) => job.Message.Length > 0 ? Brief(job.Message) : job.Unplaceable.Length > 0 ? $"waits: {job.Unplaceable}" : "";

    /// <summary>A message without the words that most begin with: in a narrow column they would be all that is seen.</summary>
    internal static string Brief(string message) => message.StartsWith(MostlyBegins, StringComparison.Ordinal) ? message[MostlyBegins.Length..] : message;

    private static int Widest(IReadOnlyList<Job> jobs, Func<Job, string> cell, int min, int max)
    {
        var widest = min;
        foreach (var job in jobs)
            widest = Math.Max(widest, TextWidth.Of(cell(job)));
        return Math.Min(widest, max);
    }
}
