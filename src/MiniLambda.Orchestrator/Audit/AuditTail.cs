namespace MiniLambda.Orchestrator.Audit;

/// <summary>The end of an audit log that is written to: files, chain, rotation. Used by one thread at a time.</summary>
/// <param name="maxFileBytes">A file that is larger is followed by a new one.</param>
/// <param name="maxAge">So is one whose first entry is older.</param>
internal sealed class AuditTail(AuditFolder folder, long maxFileBytes, TimeSpan maxAge) : IDisposable
{
    /// <summary>Files that are kept at most.</summary>
    public const int MaxFiles = 64;

    private FileStream? _file;
    private long _good;
    private DateTimeOffset? _begun;

    /// <summary>The newest entry.</summary>
    public AuditMark Head { get; private set; } = AuditMark.Origin;

    /// <summary>Opens the log and goes to its end. What is found amiss there is set right, and told so that it can be written down.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public IReadOnlyList<(string Action, string Detail)> Open(DateTimeOffset now)
    {
        var findings = new List<(string, string)>();
        Head = folder.ReadAnchor() ?? AuditMark.Origin;
        foreach (var (first, path) in folder.Files())
        {
            if (first <= Head.Number)
                continue;
            // All but the last were left whole: only their last line is of interest.
            foreach (var (line, start, isWhole) in AuditFolder.Lines(path))
            {
                if (isWhole && AuditRecord.Read(line) is { } record)
                {
                    Head = new AuditMark(record.Number, record.Hash);
                    continue;
                }

                if (!isWhole)
                {
                    findings.Add((AuditWriter.TornAction, $"the line after entry {Head.Number} was torn: {SetAside(path, start, line, now)}"));
                    break;
                }
            }
        }

        if (folder.ReadHead() is { } told && told.Number > Head.Number)
            findings.Add((AuditWriter.CutAction, $"entries {Head.Number + 1} to {told.Number} were cut off before this one; the last had the hash {told.Hash}"));
        return findings;
    }

    /// <summary>Writes entries after those that stand, and brings them to disk; all of them or none.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Append(IReadOnlyList<AuditRecord> records, DateTimeOffset now)
    {
        if (records.Count == 0)
            return;
        if (_file is null || _good > maxFileBytes || now - _begun > maxAge)
            Begin(now);
        var file = _file!;
        var bytes = new MemoryStream();
        var head = Head;
        foreach (var record in records)
        {
            var (line, written) = (record with { Number = head.Number + 1 }).Seal(head.Hash);
            bytes.Write(line);
            bytes.WriteByte((byte)'\n');
            head = new AuditMark(written.Number, written.Hash);
        }

        try
        {
            // Also what an earlier try left half-written.
            file.SetLength(_good);
            file.Position = _good;
            file.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            Undo(file);
            throw;
        }

        _good += bytes.Length;
        Head = head;
        folder.WriteHead(head);
    }

    /// <summary>What may be removed: the last entry of the files that are too old or too many; null when none is.</summary>
    public AuditMark? Expired(DateTimeOffset before)
    {
        var files = folder.Files();
        AuditMark? last = null;
        for (var i = 0; i + 1 < files.Count; i++)
        {
            AuditRecord? newest = null;
            foreach (var (line, _, isWhole) in AuditFolder.Lines(files[i].Path))
                newest = isWhole ? AuditRecord.Read(line) ?? newest : newest;
            if (newest is null || (newest.At >= before && files.Count - i <= MaxFiles))
                break;
            last = new AuditMark(newest.Number, newest.Hash);
        }

        return last;
    }

    /// <summary>Removes the files with entries up to one, which <see cref="Expired"/> named and an entry of the log tells of.</summary>
    public void Remove(AuditMark last)
    {
        folder.WriteAnchor(last);
        foreach (var (first, path) in folder.Files())
        {
            if (first <= last.Number && path != _file?.Name)
                File.Delete(path);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Begin(DateTimeOffset now)
    {
        var files = folder.Files();
        // After a start the newest file goes on, unless it is full.
        if (_file is null && files.Count > 0 && new FileInfo(files[^1].Path) is { Length: var length } && length <= maxFileBytes)
        {
            var first = AuditFolder.Lines(files[^1].Path).Select(static line => AuditRecord.Read(line.Line)).FirstOrDefault();
            if (first is null || now - first.At <= maxAge)
            {
                (_file, _good, _begun) = (folder.Open(files[^1].Path), length, first?.At ?? now);
                return;
            }
        }

        var next = folder.Open(folder.FileOf(Head.Number + 1));
        _file?.Dispose();
        (_file, _good, _begun) = (next, next.Length, now);
    }

    private string SetAside(string path, long start, byte[] line, DateTimeOffset now)
    {
        var aside = System.IO.Path.Combine(folder.Path, $"torn-{Head.Number + 1:D12}-{now.ToUnixTimeMilliseconds()}.part");
        using (var kept = folder.Open(aside))
            kept.Write(line);
        using (var file = folder.Open(path))
        {
            file.SetLength(start);
            file.Flush(flushToDisk: true);
        }

        return $"its {line.Length} bytes are in {System.IO.Path.GetFileName(aside)}";
    }

    private void Undo(FileStream file)
    {
        try
        {
            file.SetLength(_good);
        }
        catch (IOException)
        {
            // The next try begins with it.
        }
    }
}
