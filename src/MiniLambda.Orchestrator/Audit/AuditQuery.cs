namespace MiniLambda.Orchestrator.Audit;

/// <summary>Which entries of the audit log are looked for.</summary>
/// <param name="Outcome">Null = whatever became of it.</param>
/// <param name="Text">Stands, in capitals or not, in the action, the actor, the tenant, the peer, the target or the detail; empty = anything.</param>
internal sealed record AuditQuery(AuditOutcome? Outcome, string Text)
{
    public bool Fits(AuditRecord record) =>
        (Outcome is null || record.Outcome == Outcome)
        && (Text.Length == 0 || Has(record.Target) || Has(record.Detail) || Has(record.Action) || Has(record.Actor) || Has(record.Peer) || Has(record.Tenant));

    private bool Has(string value) => value.Contains(Text, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A part of the audit log, the newest entry first.</summary>
/// <param name="Before">Where to go on: entries with smaller numbers; 0 = there are none.</param>
/// <param name="IsCutShort">Whether the look ended before the page was full, as it had seen so many.</param>
internal sealed record AuditPage(IReadOnlyList<AuditRecord> Entries, long Before, bool IsCutShort);
