using System.Collections.Concurrent;
using System.Security.Cryptography;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Worker.Modules;

/// <summary>
/// Modules on this machine's disk, each fetched once however many jobs ask for it. A file that was kept from before is checked when it is asked for
/// for the first time: what a crash or the disk made of it is fetched anew.
/// </summary>
internal sealed class ModuleFolder
{
    private readonly ConcurrentDictionary<BlobDigest, Lazy<Task<string>>> _preparing = new();
    private readonly ConcurrentDictionary<BlobDigest, bool> _checked = new();
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
        if (_checked.ContainsKey(digest) && File.Exists(path))
            return path;
        // The work belongs to everybody who waits for it, so no one of them can cancel it.
        var prepare = _preparing.GetOrAdd(digest, _ => new Lazy<Task<string>>(() => PrepareAsync(digest, path)));
        try
        {
            return await prepare.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (prepare.Value.IsCompleted)
                _preparing.TryRemove(new KeyValuePair<BlobDigest, Lazy<Task<string>>>(digest, prepare));
        }
    }

    private async Task<string> PrepareAsync(BlobDigest digest, string path)
    {
        if (!await IsIntactAsync(digest, path))
            await FetchAsync(digest, path);
        _checked[digest] = true;
        return path;
    }

    private static async Task<bool> IsIntactAsync(BlobDigest digest, string path)
    {
        if (!File.Exists(path))
            return false;
        await using (var file = File.OpenRead(path))
        {
            if (BlobDigest.FromHash(await SHA256.HashDataAsync(file)) == digest)
                return true;
        }

        File.Delete(path);
        return false;
    }

    private async Task FetchAsync(BlobDigest digest, string path)
    {
        var part = $"{path}.part";
        try
        {
            await _transfer.DownloadAsync(digest, part, CancellationToken.None);
            // The name must not outlive a power cut that the bytes do not.
            using (var file = File.OpenHandle(part, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(file);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
