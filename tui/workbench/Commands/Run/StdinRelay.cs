using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Commands.Run;

/// <summary>Passes this program's stdin on to a guest in another process, through a named pipe in a private folder.</summary>
internal sealed partial class StdinRelay : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    public StdinRelay(CommandTerminal terminal)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "stdin");
        if (MakePipe(Path, OwnerOnly) != 0)
            throw new IOException($"cannot make a pipe at '{Path}': error {Marshal.GetLastPInvokeError()}");
        // In the background: it ends with the guest, or with this program when nothing more is typed.
        new Thread(() => Relay(terminal)) { IsBackground = true, Name = "stdin" }.Start();
    }

    /// <summary>What the guest reads.</summary>
    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Relay(CommandTerminal terminal)
    {
        try
        {
            // Waits until the guest's side is opened.
            using var pipe = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            using var input = terminal.OpenInput();
            input.CopyTo(pipe);
        }
        catch (IOException)
        {
            // The guest has ended, or does not want more.
        }
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MakePipe(string path, uint mode);
}
