using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Rendering;

/// <summary>How the jobs that are shown are sorted.</summary>
public enum JobOrder
{
    Newest,
    Longest,
    Function,
    State,
}

/// <summary>Sorts jobs; equal ones stay newest first.</summary>
public static class JobOrders
{
    public static IReadOnlyList<Job> Sort(IReadOnlyList<Job> jobs, JobOrder order, DateTimeOffset now) => order switch
    {
        JobOrder.Longest => [.. jobs.OrderByDescending(job => Ran(job, now))],
        JobOrder.Function => [.. jobs.OrderBy(job => job.Function, StringComparer.Ordinal).ThenByDescending(job => job.Version)],
        JobOrder.State => [.. jobs.OrderBy(job => job.State)],
        _ => jobs,
    };

    private static TimeSpan Ran(Job job, DateTimeOffset now) => job switch
    {
        { State: Job.Types.State.Running, StartedAt: { } started } => now - started.ToDateTimeOffset(),
        { Usage.Run: { } run } => run.ToTimeSpan(),
        _ => TimeSpan.Zero,
    };
}
