using MiniLambda.Domain.Folders;
using MiniLambda.Trust.Secrets;

namespace MiniLambda.Orchestrator.Secrets;

/// <summary>DATA/secret.key: the keys that secrets are sealed under, readable by their owner alone. No backup holds it.</summary>
internal sealed class SecretKeyFile(string data)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);

    public string Path { get; } = System.IO.Path.Combine(data, "secret.key");

    /// <summary>The keys; null when there are none yet.</summary>
    /// <exception cref="IOException">The file is open to others, or holds no keys.</exception>
    public SecretKeyRing? Read()
    {
        if (!File.Exists(Path))
            return null;
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            throw new IOException($"key file {Path} is open to others; run: chmod 600 {Path}");
        using var reader = new StreamReader(file);
        try
        {
            return SecretKeyRing.Read(reader.ReadToEnd());
        }
        catch (FormatException e)
        {
            throw new IOException($"key file {Path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Puts keys in the place of those that stand there, in one step.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(SecretKeyRing keys)
    {
        var draft = $"{Path}.{Environment.ProcessId}.part";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(draft, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(keys.Write()));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, Path, overwrite: true);
        DurableFolder.Flush(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
    }
}
