using System.Runtime.CompilerServices;

namespace MiniLambda.Orchestrator.Audit;

/// <summary>Reads the entries of an audit log while it is written to.</summary>
internal sealed class AuditReader(AuditWriter writer)
{
    /// <summary>Entries in order, those on disk now and, with <paramref name="follow"/>, those that come.</summary>
    /// <param name="after">Entries with larger numbers.</param>
    /// <param name="last">Only the last so many of those that stand now; 0 = all.</param>
    public async IAsyncEnumerable<AuditRecord> ReadAsync(
        long after, long last, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (head, more) = writer.Written;
        if (last > 0)
            after = Math.Max(after, head.Number - last);
        while (true)
        {
            foreach (var record in Read(after, head.Number))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return record;
            }

            after = Math.Max(after, head.Number);
            if (!follow)
                yield break;
            await more.WaitAsync(cancellationToken);
            (head, more) = writer.Written;
        }
    }

    /// <summary>Checks the entries that are on disk.</summary>
    public AuditVerdict Verify(string knownHead) => AuditChain.Verify(writer.Folder, writer.Written.Head.Number, knownHead);

    private IEnumerable<AuditRecord> Read(long after, long upTo)
    {
        var files = writer.Folder.Files();
        for (var i = 0; i < files.Count; i++)
        {
            if (i + 1 < files.Count && files[i + 1].First <= after + 1)
                continue;
            foreach (var (line, _, _) in Lines(files[i].Path))
            {
                if (AuditRecord.Read(line) is { } record && record.Number > after)
                {
                    if (record.Number > upTo)
                        yield break;
                    yield return record;
                }
            }
        }
    }

    // One that was removed since the folder was listed was too old to be kept.
    private static IEnumerable<(byte[], long, bool)> Lines(string path) => File.Exists(path) ? AuditFolder.Lines(path) : [];
}
