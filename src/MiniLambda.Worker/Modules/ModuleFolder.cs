using System.Collections.Concurrent;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Worker.Modules;

/// <summary>Modules on this machine's disk, each fetched once however many jobs ask for it.</summary>
internal sealed class ModuleFolder
{
    private readonly ConcurrentDictionary<BlobDigest, Lazy<Task<string>>> _fetching = new();
    private readonly string _folder;
    private readonly BlobTransfer _transfer;

    public ModuleFolder(string folder, BlobTransfer transfer)
    {
        _folder = folder;
        _transfer = transfer;
        Directory.CreateDirectory(folder);
        foreach (var leftover in Directory.EnumerateFiles(folder, "*.part"))
            File.Delete(leftover);
    }

    /// <summary>The path of a module's bytes, fetched first when they are not there.</summary>
    public async ValueTask<string> GetAsync(BlobDigest digest, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, $"{digest.Hex}.wasm");
        if (File.Exists(path))
            return path;
        // The fetch belongs to everybody who waits for it, so no one of them can cancel it.
        var fetch = _fetching.GetOrAdd(digest, _ => new Lazy<Task<string>>(() => FetchAsync(digest, path)));
        try
        {
            return await fetch.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (fetch.Value.IsCompleted)
                _fetching.TryRemove(new KeyValuePair<BlobDigest, Lazy<Task<string>>>(digest, fetch));
        }
    }

    private async Task<string> FetchAsync(BlobDigest digest, string path)
    {
        var part = $"{path}.part";
        try
        {
            await _transfer.DownloadAsync(digest, part, CancellationToken.None);
            File.Move(part, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
