using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Folders;
using Wasmtime;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>
/// Compiled modules on disk, so that each is compiled once for each engine. An artifact is machine code: it is only loaded when its bytes have the
/// digest that was noted when this program wrote it, and the folder is open to its owner alone.
/// </summary>
internal sealed partial class ArtifactCache : IDisposable
{
    private static readonly TimeSpan FlushPeriod = TimeSpan.FromSeconds(30);

    private readonly string _folder;
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
        PrivateFolder.Create(Path.Combine(_folder, fingerprint));
        _index = new ArtifactIndex(Path.Combine(_folder, "artifacts.db"), logger);
        RemoveStrays();
        _flush = clock.CreateTimer(_ => _index.Flush(), null, FlushPeriod, FlushPeriod);
    }

    public IReadOnlyList<ArtifactInfo> List() => _index.List();

    /// <summary>The module in memory was used.</summary>
    public void Touch(BlobDigest module, bool metered) => _index.Touch(Id(module, metered), _clock.GetUtcNow().UtcDateTime);

    /// <summary>Loads an artifact that is there and whole; null when there is none. One that is not what was written is discarded.</summary>
    public Module? TryLoad(Engine engine, BlobDigest module, bool metered)
    {
        var id = Id(module, metered);
        if (_index.Find(id) is not { } artifact)
            return null;
        var path = Path.Combine(_folder, artifact.File);
        try
        {
            if (new FileInfo(path).LinkTarget is not null)
                throw new InvalidDataException("it is a symbolic link");
            // Hashed and then mapped: between the two only the folder's owner could change it, who could as well change this program.
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
            {
                if (file.Length != artifact.Size || DigestOf(file).Hex != artifact.Digest)
                    throw new InvalidDataException("its bytes are not those that were written");
            }

            var loaded = Module.DeserializeFile(engine, module.Short, path);
            Touch(module, metered);
            return loaded;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or WasmtimeException)
        {
            LogDiscarded(module.Short, e.Message.Split('\n')[0]);
            Discard(artifact);
            return null;
        }
    }

    /// <summary>Keeps a compiled module. A disk that refuses costs a compile later, not the job now.</summary>
    public void Store(Module compiled, BlobDigest module, bool metered, TimeSpan compileTime)
    {
        if (!_index.IsOwner)
            return;
        var bytes = compiled.Serialize();
        var file = Path.Combine(_fingerprint, $"{module.Hex}{(metered ? ".fuel" : "")}.cwasm");
        var path = Path.Combine(_folder, file);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotStored(module.Short, e.Message);
            TryDelete(temporary);
            return;
        }

        _index.Add(new ArtifactInfo
        {
            Id = Id(module, metered),
            Module = module.Hex,
            Fingerprint = _fingerprint,
            File = file,
            Digest = BlobDigest.Of(bytes).Hex,
            Size = bytes.Length,
            CompileMilliseconds = compileTime.TotalMilliseconds,
            LastUsed = _clock.GetUtcNow().UtcDateTime,
        });
        Evict();
    }

    public void Dispose()
    {
        _flush.Dispose();
        _index.Dispose();
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

    // Reads in large pieces: SHA256.HashData takes 4 KiB at a time, which costs a third more.
    private static BlobDigest DigestOf(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        for (int read; (read = file.Read(buffer)) > 0;)
            hash.AppendData(buffer.AsSpan(0, read));
        ArrayPool<byte>.Shared.Return(buffer);
        return BlobDigest.FromHash(hash.GetHashAndReset());
    }

    // Files without metadata are never loaded and never counted: halves of a write that was cut off, or all of them after the metadata was damaged.
    private void RemoveStrays()
    {
        if (!_index.IsOwner)
            return;
        var known = _index.List().Select(a => Path.Combine(_folder, a.File)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_folder, "*.cwasm*", SearchOption.AllDirectories).Where(f => !known.Contains(f)))
            TryDelete(file);
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

    [LoggerMessage(4202, LogLevel.Warning, "the artifact of module {Module} could not be kept: {Problem}")]
    private partial void LogNotStored(string module, string problem);
}
