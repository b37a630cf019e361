using System.Globalization;
using System.Text.Json;
using MiniLambda.Domain.Folders;

namespace MiniLambda.Orchestrator.Audit;

/// <summary>An entry by its number, and its hash.</summary>
internal sealed record AuditMark(long Number, string Hash)
{
    /// <summary>What comes before the first entry of all.</summary>
    public static AuditMark Origin { get; } = new(0, AuditRecord.NoHash);
}

/// <summary>
/// The files of an audit log: <c>audit-NNNNNNNNNNNN.jsonl</c> by the number of their first entry; <c>head.json</c>, the newest entry; and, once old files
/// were removed, <c>anchor.json</c>, the last entry of those.
/// </summary>
internal sealed class AuditFolder(string path)
{
    private const string Prefix = "audit-";
    private const string Suffix = ".jsonl";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = path;

    /// <summary>Of an orchestrator's data folder.</summary>
    public static AuditFolder Of(string data) => new(System.IO.Path.Combine(data, "audit"));

    /// <summary>The files in order, each with the number of its first entry.</summary>
    public IReadOnlyList<(long First, string Path)> Files()
    {
        if (!Directory.Exists(Path))
            return [];
        return
        [
            .. from file in Directory.EnumerateFiles(Path, $"{Prefix}*{Suffix}")
               let name = System.IO.Path.GetFileNameWithoutExtension(file)[Prefix.Length..]
               where long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
               orderby long.Parse(name, CultureInfo.InvariantCulture)
               select (long.Parse(name, CultureInfo.InvariantCulture), file),
        ];
    }

    public string FileOf(long first) => System.IO.Path.Combine(Path, $"{Prefix}{first.ToString("D12", CultureInfo.InvariantCulture)}{Suffix}");

    /// <summary>The newest entry as it was noted apart from the entries; null when it was not.</summary>
    public AuditMark? ReadHead() => ReadMark("head.json");

    public void WriteHead(AuditMark mark) => WriteMark("head.json", mark, isDurable: false);

    /// <summary>The entry before the first that is kept.</summary>
    public AuditMark? ReadAnchor() => ReadMark("anchor.json");

    public void WriteAnchor(AuditMark mark) => WriteMark("anchor.json", mark, isDurable: true);

    /// <summary>Opens a file to write to, the owner's alone; makes it when it is missing.</summary>
    public FileStream Open(string file)
    {
        PrivateFolder.Create(Path);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(file, options);
    }

    /// <summary>Lines of a file, one after the other: their bytes without the end, and whether they have one.</summary>
    /// <param name="limit">Bytes that are read at most.</param>
    public static IEnumerable<(byte[] Line, long Start, bool IsWhole)> Lines(string file, long limit = long.MaxValue)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 << 10);
        var line = new List<byte>(512);
        var (start, position) = (0L, 0L);
        for (int next; position < limit && (next = stream.ReadByte()) >= 0;)
        {
            position++;
            if (next != '\n')
            {
                line.Add((byte)next);
                continue;
            }

            yield return (line.ToArray(), start, true);
            (start, line) = (position, new List<byte>(512));
        }

        if (line.Count > 0)
            yield return (line.ToArray(), start, false);
    }

    /// <summary>Whole lines of a file, the last first, without their ends.</summary>
    public static IEnumerable<byte[]> LinesBackwards(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var block = new byte[64 << 10];
        // What was read of the line that goes on before the block, in its order; null while the end of no line was seen.
        byte[]? rest = null;
        for (var position = stream.Length; position > 0;)
        {
            var length = (int)Math.Min(block.Length, position);
            position -= length;
            stream.Position = position;
            stream.ReadExactly(block, 0, length);
            var end = length;
            for (int at; (at = block.AsSpan(0, end).LastIndexOf((byte)'\n')) >= 0; end = at)
            {
                if (rest is not null)
                    yield return [.. block.AsSpan(at + 1, end - at - 1), .. rest];
                rest = [];
            }

            if (rest is not null)
                rest = [.. block.AsSpan(0, end), .. rest];
        }

        if (rest is { Length: > 0 })
            yield return rest;
    }

    private AuditMark? ReadMark(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<AuditMark>(File.ReadAllText(file)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void WriteMark(string name, AuditMark mark, bool isDurable)
    {
        var file = System.IO.Path.Combine(Path, name);
        var draft = file + ".part";
        using (var stream = Open(draft))
        {
            stream.SetLength(0);
            JsonSerializer.Serialize(stream, mark);
            if (isDurable)
                stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
        if (isDurable)
            DurableFolder.Flush(Path);
    }
}
