using System.Collections.Concurrent;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>
/// Files whose digest was checked in this process, each in the state that it was checked in, so that loading a known artifact again does not hash it
/// again. The state is what the kernel notes of a file (device, inode, size, time of its last change); it notes every write, and only who may set its
/// clock can make it lie. Linux's integrity measurement (IMA) and git's index know unchanged files by the same signs.
/// </summary>
internal sealed class VerifiedFiles(TimeProvider clock)
{
    private const int MaxFiles = 1024;

    /// <summary>A change in the same tick of the kernel's coarse clock as the one before leaves no sign: a file is remembered when it is older than that.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, (FileState State, string Digest)> _verified = new(StringComparer.Ordinal);

    /// <summary>Whether an open file has the digest: by what was checked before if it has not changed since, else by its bytes.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool Has(FileStream file, string digest)
    {
        var state = StateOf(file);
        if (state is not null && _verified.TryGetValue(file.Name, out var known) && known == (state.Value, digest))
            return true;
        if (ArtifactFile.DigestOf(file) != digest)
            return false;
        // Asked again: it may have changed while it was read.
        if (state is { } before && StateOf(file) == before && clock.GetUtcNow() - before.Changed > Settled)
        {
            if (_verified.Count >= MaxFiles)
                _verified.Clear();
            _verified[file.Name] = (before, digest);
        }

        return true;
    }

    private static FileState? StateOf(FileStream file)
    {
        if (!OperatingSystem.IsLinux() || Libc.Status((int)file.SafeFileHandle.DangerousGetHandle()) is not { } status)
            return null;
        return new FileState(
            ((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Node, status.Bytes,
            DateTimeOffset.FromUnixTimeSeconds(status.ChangedSeconds).AddTicks(status.ChangedNanoseconds / TimeSpan.NanosecondsPerTick), status.ChangedNanoseconds);
    }

    /// <param name="Changed">When its bytes or anything about it was last changed (<c>ctime</c>).</param>
    /// <param name="Nanoseconds">Of that moment, whole.</param>
    private readonly record struct FileState(ulong Device, ulong Node, ulong Bytes, DateTimeOffset Changed, uint Nanoseconds);
}
