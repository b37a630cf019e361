using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What is done with the audit log from the page.</summary>
internal sealed class AuditActions(AuditGrpcService audit)
{
    public async Task<Done> VerifyAsync(Visit visit, WebForm form)
    {
        var verdict = await audit.VerifyAsync(new VerifyAuditRequest { Head = form["head"] }, visit.Cancelled);
        return verdict.Intact
            ? new Done($"The log is intact: {(verdict.Entries == 1 ? "1 entry" : $"{verdict.Entries} entries")}.\nIts head is {verdict.Head}")
            : new Done($"The log is broken at entry {verdict.BrokenAt}: {verdict.Problem}.") { IsAlarm = true };
    }
}
