using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Audit;

/// <summary>Who did what, from where, and what was refused.</summary>
internal sealed partial class AuditLog(AuditWriter writer, TimeProvider clock, ILogger<AuditLog> logger)
{
    /// <summary>Takes down what was done or refused. Never waits, and never fails: see <see cref="AuditWriter"/>.</summary>
    /// <param name="action">Such as <c>token.create</c>.</param>
    /// <param name="caller">Null when nobody was made out.</param>
    /// <param name="peer">The address that the call came from.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="detail">One line for people; never a secret.</param>
    public void Record(string action, AuditOutcome outcome, Caller? caller, string peer, string target, string detail = "")
    {
        writer.Add(new AuditRecord(0, clock.GetUtcNow(), action, outcome, caller?.Name ?? "nobody", caller?.View ?? "", peer, target, detail));
        LogEntry(action, outcome, caller?.Name ?? "nobody", peer, target, detail);
    }

    [LoggerMessage(1111, LogLevel.Debug, "{Action} {Outcome} by {Actor} from {Peer}: {Target} {Detail}")]
    private partial void LogEntry(string action, AuditOutcome outcome, string actor, string peer, string target, string detail);
}

/// <summary>What became of what was tried.</summary>
internal enum AuditOutcome
{
    Done = 1,
    Denied = 2,
}
