using System.Globalization;
using System.Runtime.Versioning;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Scratch;

/// <summary>
/// Counts the files of its folders that a guest holds open, in the process in which it runs: nobody else may look. Among them are those that are in no
/// folder any more and still take room on the disk. Guests that run at once in one process share the count of a folder that was granted to several.
/// </summary>
internal sealed class OpenFileWatch
{
    /// <summary>Files and folders that a guest may hold open at once.</summary>
    public const int MaxOpenFiles = 128;

    private const int TooManyOpenFiles = 24; // EMFILE

    /// <summary>How often it looks.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly List<string> _folders;
    private readonly string? _scratch;
    private readonly long _scratchBytes;
    private TimeSpan _next = Period;

    [SupportedOSPlatform("linux")]
    private OpenFileWatch(ExecutionRequest request)
    {
        _folders = [.. request.Directories.Select(directory => Libc.RealPath(directory.HostPath))];
        if (request.Capabilities.ScratchBytes is not { } bytes)
            return;
        _scratchBytes = bytes;
        var scratch = request.Directories.LastOrDefault(directory => directory.GuestPath == CapabilityGrants.ScratchPath);
        _scratch = scratch is null ? null : Libc.RealPath(scratch.HostPath);
    }

    /// <summary>Null for a guest that has no folders, and so can open nothing; and where the system does not tell what is open.</summary>
    public static OpenFileWatch? For(ExecutionRequest request) =>
        OperatingSystem.IsLinux() && request.Directories.Count > 0 ? new OpenFileWatch(request) : null;

    /// <summary>As <see cref="Look"/>, if it is time.</summary>
    /// <param name="now">Since the guest began.</param>
    public (AttemptOutcome Outcome, string Message)? LookAt(TimeSpan now)
    {
        if (now < _next)
            return null;
        _next = now + Period;
        return Look();
    }

    /// <summary>What the guest has gone past; null when it keeps to its limits.</summary>
    public (AttemptOutcome Outcome, string Message)? Look()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            var (open, unlinked) = Count();
            if (open > MaxOpenFiles + _folders.Count)
                return TooMany();
            if (unlinked > 0 && unlinked + ScratchUse.Of(_scratch!).Bytes > _scratchBytes)
                return (AttemptOutcome.ScratchLimit, ScratchFolder.TooLarge(_scratchBytes));
        }
        catch (IOException e) when (e.HResult == TooManyOpenFiles)
        {
            return TooMany();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It changed while it was looked at; the next time tells.
        }

        return null;
    }

    private static (AttemptOutcome Outcome, string Message) TooMany() =>
        (AttemptOutcome.OpenFilesLimit, $"the function held more than {MaxOpenFiles} files open at once");

    [SupportedOSPlatform("linux")]
    private (int Open, long UnlinkedBytes) Count()
    {
        var (open, bytes) = (0, 0L);
        HashSet<ulong>? counted = null;
        foreach (var entry in new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not { } target || !_folders.Exists(folder => IsIn(target, folder)))
                continue;
            open++;
            if (_scratch is null || !IsIn(target, _scratch) || !int.TryParse(entry.Name, CultureInfo.InvariantCulture, out var descriptor))
                continue;
            // Held open twice, it still takes its room once.
            if (Libc.Status(descriptor) is { Links: 0 } file && (counted ??= []).Add(file.Node))
                bytes += (long)file.Bytes;
        }

        return (open, bytes);
    }

    private static bool IsIn(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || folder is "/" || path[folder.Length] is '/' or ' ');
}
