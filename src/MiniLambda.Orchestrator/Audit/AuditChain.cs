namespace MiniLambda.Orchestrator.Audit;

/// <summary>What a look through an audit log found.</summary>
/// <param name="Entries">That were looked at.</param>
/// <param name="BrokenAt">The first entry that is not as it was written; 0 when all are.</param>
/// <param name="Problem">One line for people; empty when all is well.</param>
/// <param name="Head">Hash of the newest entry.</param>
internal sealed record AuditVerdict(long Entries, long BrokenAt, string Problem, string Head)
{
    public bool IsIntact => Problem.Length == 0;
}

/// <summary>Checks that the entries of an audit log are those that were written, in their order and all of them.</summary>
internal static class AuditChain
{
    /// <param name="upTo">Later entries are not looked at: they may be under way.</param>
    /// <param name="knownHead">A hash that was noted elsewhere and must still be in the log; empty for none.</param>
    public static AuditVerdict Verify(AuditFolder folder, long upTo = long.MaxValue, string knownHead = "")
    {
        var files = folder.Files();
        var anchor = folder.ReadAnchor();
        var head = folder.ReadHead();
        var before = anchor ?? AuditMark.Origin;
        var entries = 0L;
        var hasKnown = knownHead.Length == 0 || knownHead == before.Hash;
        var trimmed = 0L;
        foreach (var (first, path) in files)
        {
            // A file that a crash left behind between the new anchor and its removal.
            if (anchor is not null && first <= anchor.Number && entries == 0)
                continue;
            foreach (var (line, _, isWhole) in AuditFolder.Lines(path))
            {
                var expected = before.Number + 1;
                if (expected > upTo)
                    return End();
                if (!isWhole)
                    return Broken(expected, "the last line is torn: the orchestrator was stopped while it wrote; its next start sets that right and says so");
                if (AuditRecord.Read(line) is not { } record)
                    return Broken(expected, $"{Path.GetFileName(path)}: the line is no entry");
                if (record.Number != expected)
                {
                    return Broken(expected, record.Number > expected
                        ? $"the next line is entry {record.Number}: entries were removed or reordered"
                        : $"the next line says it is entry {record.Number}: lines were inserted or reordered");
                }

                if (!AuditRecord.IsChained(line, before.Hash))
                    return Broken(expected, "its hash does not fit: it, or the line before it, was altered, or inserted");
                if (record.Action == AuditWriter.CutAction)
                    return Broken(expected, $"it says that {record.Detail}");
                if (record.Action == AuditWriter.TrimAction && long.TryParse(record.Target, out var trim))
                    trimmed = trim;
                before = new AuditMark(record.Number, record.Hash);
                hasKnown |= record.Hash == knownHead;
                entries++;
            }
        }

        return End();

        AuditVerdict End()
        {
            if (anchor is not null && anchor.Number > 0 && trimmed < anchor.Number && before.Number > anchor.Number)
                return Broken(anchor.Number, "entries up to it were removed, and no entry of the log says so");
            if (head is not null && head.Number > before.Number && upTo == long.MaxValue)
                return Broken(before.Number + 1, $"entries {before.Number + 1} to {head.Number} were cut off at the end");
            if (head is null && entries > 0)
                return Broken(before.Number, "head.json, which names the newest entry, is gone");
            if (!hasKnown)
                return Broken(before.Number, $"no entry has the hash {knownHead}: the log was rewritten, or entries were cut off");
            return new AuditVerdict(entries, 0, "", before.Hash);
        }

        AuditVerdict Broken(long number, string problem) => new(entries, number, problem, before.Hash);
    }
}
