using System.Runtime.CompilerServices;

namespace MiniLambda.Orchestrator.Audit;

/// <summary>Reads the entries of an audit log while it is written to.</summary>
internal sealed class AuditReader(AuditWriter writer)
{
    /// <summary>Entries that are looked at for one page, however few of them fit: about 10 MiB.</summary>
    public int MaxSeen { get; init; } = 30_000;

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

    /// <summary>Entries that are on disk, the newest first.</summary>
    /// <param name="before">Entries with smaller numbers; 0 = from the newest.</param>
    /// <param name="count">Entries of a page at most.</param>
    public AuditPage Newest(AuditQuery query, long before, int count, CancellationToken cancellationToken)
    {
        var head = writer.Written.Head.Number;
        var (found, seen) = (new List<AuditRecord>(), 0);
        var files = writer.Folder.Files();
        for (var i = files.Count - 1; i >= 0; i--)
        {
            if (before > 0 && files[i].First >= before)
                continue;
            foreach (var line in File.Exists(files[i].Path) ? AuditFolder.LinesBackwards(files[i].Path) : [])
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (AuditRecord.Read(line) is not { } record || record.Number > head || (before > 0 && record.Number >= before))
                    continue;
                // There is one more, so there is a next page.
                if (found.Count == count || seen++ == MaxSeen)
                    return new AuditPage(found, record.Number + 1, found.Count < count);
                if (query.Fits(record))
                    found.Add(record);
            }
        }

        return new AuditPage(found, 0, IsCutShort: false);
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
