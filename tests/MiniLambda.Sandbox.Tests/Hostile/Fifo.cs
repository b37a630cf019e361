using System.Runtime.InteropServices;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>A pipe with a name, that nobody writes to. At its end whoever waits for it goes on, and finds it empty.</summary>
internal sealed partial class Fifo : IDisposable
{
    private const uint OwnerReadsAndWrites = 0b110_000_000;

    public Fifo(TemporaryFolder folder)
    {
        Path = folder.At($"{Guid.NewGuid():N}.fifo");
        if (Make(Path, OwnerReadsAndWrites) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    public string Path { get; }

    public void Dispose()
    {
        // For reading too: else the system waits here for somebody who reads.
        using (new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0))
            File.Delete(Path);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Make(string path, uint mode);
}
