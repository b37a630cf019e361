using System.Diagnostics;

namespace MiniLambda.Orchestrator.Tests.Faults;

/// <summary>A file system of few bytes, mounted for one test; and what fills it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<string?> Reason = new(Try);

    private readonly string _folder = Directory.CreateTempSubdirectory("minilambda-disk-").FullName;

    /// <param name="bytes">Its size.</param>
    public SmallDisk(long bytes)
    {
        if (Mount(_folder, bytes) is not { } problem)
            return;
        Directory.Delete(_folder);
        throw new InvalidOperationException(problem);
    }

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing => Reason.Value;

    private string Ballast => Path.Combine(_folder, "ballast");

    public string Beside(string name) => Path.Combine(_folder, name);

    /// <summary>Takes every byte that is left.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(Ballast, FileMode.OpenOrCreate, FileAccess.Write);
        var at = RandomAccess.GetLength(file);
        for (var piece = 1 << 20; piece >= 1;)
        {
            try
            {
                RandomAccess.Write(file, new byte[piece], at);
                at += piece;
            }
            catch (IOException)
            {
                piece /= 16;
            }
        }
    }

    /// <summary>Gives all of it back.</summary>
    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", _folder);
        Directory.Delete(_folder);
    }

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux())
            return "a small disk is only made on Linux";
        try
        {
            new SmallDisk(1 << 20).Dispose();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"no small disk can be mounted here (that takes root): {e.Message}";
        }
    }

    private static string? Mount(string folder, long bytes) => Run("mount", "-t", "tmpfs", "-o", $"size={bytes},mode=0700", "tmpfs", folder);

    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var problem = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : problem.Trim();
    }
}

/// <summary>A test that needs a <see cref="SmallDisk"/>.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Missing;
}
