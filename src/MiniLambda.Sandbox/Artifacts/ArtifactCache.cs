using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Folders;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>
/// Compiled modules on disk, so that each is compiled once for each engine. An artifact is machine code: it is only loaded when its bytes have the
/// digest that was noted when this program wrote it, and the folder is open to its owner alone.
/// </summary>
internal sealed partial class ArtifactCache : IDisposable
{
    private static readonly TimeSpan FlushPeriod = TimeSpan.FromSeconds(30);

    private const string DraftEnding = ".draft";
    private const string PrivateBeginning = "private-";

    /// <summary>Age at which a private corner is taken to be left by a process that died.</summary>
    private static readonly TimeSpan StrayAge = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly string _own;
    private readonly string _fingerprint;
    private readonly long _maxBytes;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ArtifactIndex _index;
    private readonly ITimer _flush;

    public ArtifactCache(string folder, string fingerprint, long maxBytes, TimeProvider clock, ILogger logger)
    {
        _folder = Path.GetFullPath(folder);
        _fingerprint = fingerprint;
        _maxBytes = maxBytes;
        _clock = clock;
        _logger = logger;
        PrivateFolder.Create(_folder);
        _index = new ArtifactIndex(Path.Combine(_folder, "artifacts.db"), logger);
        // Of two sandboxes on one folder the second works in a corner of its own, which it takes along when it goes.
        _own = Path.Combine(_folder, _index.IsOwner ? fingerprint : $"{PrivateBeginning}{Guid.NewGuid():N}");
        PrivateFolder.Create(_own);
        RemoveStrays();
        _flush = clock.CreateTimer(_ => _index.Flush(), null, FlushPeriod, FlushPeriod);
    }

    public IReadOnlyList<ArtifactInfo> List() => _index.List();

    /// <summary>An artifact that was kept; null when there is none. Whoever loads it checks its bytes.</summary>
    public ArtifactFile? Find(BlobDigest module, bool metered)
    {
        var id = Id(module, metered);
        if (_index.Find(id) is not { } artifact)
            return null;
        _index.Touch(id, _clock.GetUtcNow().UtcDateTime);
        return new ArtifactFile(
            Path.Combine(_folder, artifact.File), module, artifact.Digest, artifact.Size, metered,
            new GuestShape(artifact.Kind, artifact.Memories, artifact.MemoryBytes));
    }

    /// <summary>A new path on the same disk, for a compiler to write to.</summary>
    public string NewDraft() => Path.Combine(_own, $"{Guid.NewGuid():N}{DraftEnding}");

    /// <summary>Keeps what a compiler wrote to a draft.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public ArtifactFile Add(string draft, BlobDigest module, bool metered, GuestShape shape, TimeSpan compileTime)
    {
        var path = Path.Combine(_own, $"{module.Hex}{(metered ? ".fuel" : "")}.cwasm");
        // What is not a file with something in it could be read without end, or not at all.
        if (new FileInfo(draft) is not { Exists: true, LinkTarget: null, Length: > 0 })
            throw new IOException("the compiler wrote no artifact");
        string digest;
        long size;
        using (var file = new FileStream(draft, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
            (digest, size) = (ArtifactFile.DigestOf(file), file.Length);
        File.Move(draft, path, overwrite: true);
        _index.Add(new ArtifactInfo
        {
            Id = Id(module, metered),
            Module = module.Hex,
            Fingerprint = _fingerprint,
            File = Path.GetRelativePath(_folder, path),
            Digest = digest,
            Size = size,
            Kind = shape.Kind,
            Memories = shape.Memories,
            MemoryBytes = shape.MemoryBytes,
            CompileMilliseconds = compileTime.TotalMilliseconds,
            LastUsed = _clock.GetUtcNow().UtcDateTime,
        });
        Evict();
        return new ArtifactFile(path, module, digest, size, metered, shape);
    }

    /// <summary>Forgets an artifact that could not be loaded.</summary>
    public void Discard(ArtifactFile artifact, string problem)
    {
        LogDiscarded(artifact.Module.Short, problem);
        _index.Remove(Id(artifact.Module, artifact.IsMetered));
        TryDelete(artifact.Path);
    }

    public void Dispose()
    {
        _flush.Dispose();
        _index.Dispose();
        if (!_index.IsOwner)
            Directory.Delete(_own, recursive: true);
    }

    private void Evict()
    {
        var artifacts = _index.List().OrderBy(a => a.LastUsed).ToList();
        var total = artifacts.Sum(a => a.Size);
        // The newest always stays: a cap below one artifact must not make every job compile.
        foreach (var artifact in artifacts.SkipLast(1).TakeWhile(_ => total > _maxBytes))
        {
            Discard(artifact);
            total -= artifact.Size;
        }
    }

    // Files without metadata are never loaded and never counted: halves of a write that was cut off, or all of them after the metadata was damaged.
    private void RemoveStrays()
    {
        if (!_index.IsOwner)
            return;
        var known = _index.List().Select(a => Path.Combine(_folder, a.File)).ToHashSet(StringComparer.Ordinal);
        var day = _clock.GetUtcNow().UtcDateTime - StrayAge;
        foreach (var corner in Directory.EnumerateDirectories(_folder).ToList())
        {
            if (!Path.GetFileName(corner).StartsWith(PrivateBeginning, StringComparison.Ordinal))
            {
                foreach (var file in Directory.EnumerateFiles(corner).Where(f => !known.Contains(f)))
                    TryDelete(file);
            }
            else if (Directory.GetLastWriteTimeUtc(corner) < day)
            {
                Directory.Delete(corner, recursive: true);
            }
        }
    }

    private void Discard(ArtifactInfo artifact)
    {
        _index.Remove(artifact.Id);
        TryDelete(Path.Combine(_folder, artifact.File));
    }

    private string Id(BlobDigest module, bool metered) => $"{module.Hex}{(metered ? "+fuel" : "")}@{_fingerprint}";

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left behind; without metadata it is never loaded, and the next artifact of this module takes its place.
        }
    }

    [LoggerMessage(4201, LogLevel.Warning, "the artifact of module {Module} is discarded and compiled anew: {Problem}")]
    private partial void LogDiscarded(string module, string problem);
}
