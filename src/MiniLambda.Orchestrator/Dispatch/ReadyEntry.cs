using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>A job next in line, with all that placing it needs.</summary>
/// <param name="Manifest">The version's manifest under the job's own settings.</param>
internal sealed record ReadyEntry(JobId Id, ReadyCursor Place, Lane Lane, FunctionVersion Function, FunctionManifest Manifest);
