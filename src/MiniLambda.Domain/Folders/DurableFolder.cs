using System.Runtime.InteropServices;

namespace MiniLambda.Domain.Folders;

/// <summary>Makes the names in a folder durable.</summary>
public static partial class DurableFolder
{
    /// <summary>
    /// <c>fsync</c> on the folder (POSIX; .NET opens no folders as files). On Windows the file system's journal keeps renames, and nothing is done.
    /// </summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"cannot open folder '{folder}': {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Sync(descriptor) != 0)
                throw new IOException($"cannot sync folder '{folder}': {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
