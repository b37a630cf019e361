namespace MiniLambda.Storage.Blobs;

/// <summary>
/// Holds every blob of a folder against removal, from whatever process: what a copy of the database names is still there when it is read. It is a lock
/// on a file, so it ends with the process that took it.
/// </summary>
internal sealed class BlobHold : IDisposable
{
    private const string Name = "held";
    private const int Tries = 200;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(10);

    private readonly FileStream _lock;

    private BlobHold(FileStream heldLock) => _lock = heldLock;

    /// <summary>Makes the file that is locked, so that who only reads needs to make none. One that is there may be held: it is not opened to be written.</summary>
    public static void Prepare(string root) => File.OpenHandle(Path.Combine(root, Name), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite).Dispose();

    /// <summary>Holds all blobs until it is disposed; many may hold them at once. Null where there are none that anybody could remove.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static async Task<BlobHold?> TakeAsync(string root, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new BlobHold(new FileStream(Path.Combine(root, Name), FileMode.Open, FileAccess.Read, FileShare.Read));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
            catch (IOException) when (tries < Tries && File.Exists(Path.Combine(root, Name)))
            {
                // A blob is being removed, which takes no time.
                await Task.Delay(Wait, clock, cancellationToken);
            }
        }
    }

    /// <summary>The right to remove one blob, until it is disposed; null while somebody holds them.</summary>
    public static IDisposable? TryExclude(string root)
    {
        try
        {
            return new FileStream(Path.Combine(root, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(Path.Combine(root, Name)))
        {
            return null;
        }
    }

    public void Dispose() => _lock.Dispose();
}
