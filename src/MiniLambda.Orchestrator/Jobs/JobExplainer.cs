using System.Globalization;
using System.Text.Json;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tenants;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>Why a job waits, or why it ran where it ran.</summary>
/// <param name="Summary">One line for people.</param>
/// <param name="Details">What stands behind it, a line each.</param>
/// <param name="Position">Jobs in its own lane, of its tenant and its function, that come before it; null unless it waits for its turn.</param>
/// <param name="Wait">About how long it waits for its turn; null when nothing is known.</param>
internal sealed record JobExplanation(
    string Summary, IReadOnlyList<string> Details, IReadOnlyList<ExplainedNode> Nodes, int? Position = null, TimeSpan? Wait = null);

/// <summary>A worker as it was, or would be, looked at for a job.</summary>
/// <param name="Score">Null when it cannot take the job (now).</param>
/// <param name="Refusal">Why it cannot; empty when it can.</param>
internal sealed record ExplainedNode(string Name, double? Score, int FreeSlots, bool HasModule, string Refusal, bool IsChosen = false);

/// <summary>Explains jobs from what the store, the queue and the workers show at the moment.</summary>
internal sealed class JobExplainer(
    IJobStore store, FunctionCatalog functions, JobDispatcher dispatcher, Fleet fleet, TenantLedger tenants, TimeProvider clock)
{
    private const int MaxCounted = 10_000;
    private const int MaxNodes = 100;

    /// <summary>Workers whose reason is told in one line.</summary>
    private const int MaxRefusals = 5;

    /// <summary>Why no connected worker could ever take a job that waits; empty when one could, or when the job does not wait.</summary>
    public async ValueTask<string> UnplaceableAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.Status.State != JobState.Queued)
            return "";
        var function = await functions.GetForJobAsync(job.Lane.Tenant, job.Function, job.Version, cancellationToken);
        return Unplaceable(functions.ManifestOf(function, job.Overrides));
    }

    public async ValueTask<JobExplanation> ExplainAsync(JobRecord job, CancellationToken cancellationToken) =>
        job.Status.State == JobState.Queued ? await ExplainWaitAsync(job, cancellationToken) : ExplainPlace(job);

    private async ValueTask<JobExplanation> ExplainWaitAsync(JobRecord job, CancellationToken cancellationToken)
    {
        var function = await functions.GetForJobAsync(job.Lane.Tenant, job.Function, job.Version, cancellationToken);
        var manifest = functions.ManifestOf(function, job.Overrides);
        var nodes = fleet.Candidates(manifest, function.Module, MaxNodes);
        var details = new List<string>();
        var now = clock.GetUtcNow();
        if (job.Status is { Attempt: > 0, Report: { } last })
            details.Add($"attempt {job.Status.Attempt} on '{job.Status.Worker}' ended: {last.Message}");
        if (job.Status.ExpiresAt is { } expires)
            details.Add($"it fails if no worker has taken it within {Span(expires - now)}");
        if (job.Status.NotBefore > now)
        {
            var why = job.Status.Attempt > 0 ? "waits out its back-off" : "was submitted for later";
            return new JobExplanation($"{why}: it may run in {Span(job.Status.NotBefore - now)}", details, nodes);
        }

        if (Unplaceable(manifest) is { Length: > 0 } unplaceable)
            return new JobExplanation(unplaceable, details, nodes);
        var usage = tenants.Usage(job.Lane.Tenant);
        var place = new ReadyCursor(JobRank.Of(job.CreatedAt, job.Priority), job.Sequence);
        var ahead = await store.CountReadyAsync(job.Lane, place, MaxCounted, cancellationToken);
        TimeSpan? wait = dispatcher.View(job.Lane) is { PerSecond: > 0.001 and var rate } ? TimeSpan.FromSeconds((ahead + 1) / rate) : null;
        if (!tenants.MayRun(job.Lane.Tenant))
        {
            var running = usage.Totals.Leased + usage.Totals.Running;
            details.Add($"tenant '{job.Lane.Tenant}' runs {running} of {usage.Policy.Running} jobs");
            return new JobExplanation($"quota {running}/{usage.Policy.Running} running; {Turn(ahead, wait)}", details, nodes, ahead, wait);
        }

        details.Add(nodes.Any(static node => node.Refusal.Length == 0)
            ? "a worker is free: it is about to be placed"
            : "every worker that could take it is busy");
        return new JobExplanation(Turn(ahead, wait), details, nodes, ahead, wait);
    }

    private static JobExplanation ExplainPlace(JobRecord job)
    {
        var status = job.Status;
        if (status.LeasedAt is null)
            return new JobExplanation($"it never ran: {status.Report?.Message ?? "it has no attempt"}", [], []);
        var details = new List<string>();
        if (status is { Attempt: > 1 })
            details.Add($"it took {status.Attempt} attempts; this is about the last");
        if (status.Report is { Message.Length: > 0 } report)
            details.Add($"it ended: {report.Message}");
        if (status.Placed.Length == 0 || JsonSerializer.Deserialize(status.Placed, PlacementJson.Default.PlacementRecord) is not { } placed)
            return new JobExplanation($"ran on '{status.Worker}'", details, [new ExplainedNode(status.Worker, null, 0, false, "", IsChosen: true)]);
        var nodes = placed.Compared.OrderByDescending(static node => node.Score)
            .Select(node => new ExplainedNode(node.Worker, node.Score, node.FreeSlots, node.HasModule, "", node.Worker == status.Worker)).ToList();
        details.AddRange(placed.Refusals.Select(static refusal => $"not {refusal}"));
        if (placed.Refused > placed.Refusals.Count)
            details.Add($"nor {placed.Refused - placed.Refusals.Count} more workers");
        var busy = placed.Eligible - placed.Compared.Count;
        if (busy > 0)
            details.Add($"{busy} more workers could have taken it; they were busy, or enough others were compared");
        var chosen = placed.Compared.FirstOrDefault(node => node.Worker == status.Worker);
        var why = placed.Compared.Count == 1 ? "the only one free" : $"the best of {placed.Compared.Count} that were free";
        var had = chosen is null ? "" : $" ({chosen.FreeSlots} free slots{(chosen.HasModule ? ", module compiled" : "")})";
        return new JobExplanation($"{(status.IsFinal ? "ran" : "runs")} on '{status.Worker}': {why}{had}", details, nodes);
    }

    private string Unplaceable(FunctionManifest manifest)
    {
        if (fleet.CanPlace(manifest))
            return "";
        var refusals = fleet.Refusals(manifest);
        if (refusals.Count == 0)
            return "no worker is connected";
        var told = refusals.Take(MaxRefusals).Select(refusal => $"{refusal.Worker} {refusal.Refusal}");
        var more = refusals.Count > MaxRefusals ? $"; and {refusals.Count - MaxRefusals} more workers" : "";
        return $"no worker can take it: {string.Join("; ", told)}{more}";
    }

    private static string Turn(int ahead, TimeSpan? wait)
    {
        var count = ahead >= MaxCounted ? $"over {MaxCounted.ToString("N0", CultureInfo.InvariantCulture)}" : $"{ahead}";
        var when = wait is { } known ? $", about {Span(known)}" : "";
        return ahead == 0 ? $"next in its queue{when}" : ahead == 1 ? $"1 job of its function comes before it{when}" : $"{count} jobs of its function come before it{when}";
    }

    private static string Span(TimeSpan span) => span < TimeSpan.FromSeconds(1) ? "less than 1s" : DurationText.Humanize(span);
}
