using MiniLambda.Orchestrator.Audit;

namespace MiniLambda.Orchestrator.Maintenance;

/// <summary>What is done with the audit log of a data folder from outside.</summary>
public static class AuditMaintenance
{
    /// <summary>Checks the log; exit code 0 when it is as it was written, 1 when it is not.</summary>
    /// <param name="head">A hash that must still be in it; empty for none.</param>
    public static int Verify(string data, string head, TextWriter output, TextWriter error)
    {
        var folder = AuditFolder.Of(data);
        if (!Directory.Exists(folder.Path))
            throw new IOException($"there is no audit log in '{data}': '{folder.Path}' does not exist");
        var verdict = AuditChain.Verify(folder, knownHead: head.Trim().ToLowerInvariant());
        if (verdict.IsIntact)
        {
            output.WriteLine($"intact: {verdict.Entries} {(verdict.Entries == 1 ? "entry" : "entries")}, head {verdict.Head}");
            return 0;
        }

        error.WriteLine($"error: the audit log is broken at entry {verdict.BrokenAt}: {verdict.Problem}");
        return 1;
    }
}
