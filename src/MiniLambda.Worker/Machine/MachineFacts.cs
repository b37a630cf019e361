using System.Runtime.InteropServices;

namespace MiniLambda.Worker.Machine;

/// <summary>What this machine is.</summary>
internal static class MachineFacts
{
    /// <summary>As in a target triple: <c>x86_64</c>, <c>aarch64</c>.</summary>
    public static string Arch { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    public static string Os { get; } = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "macos" : "windows";

    /// <summary>Physical memory in bytes, or the container's limit when that is less.</summary>
    public static long MemoryBytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
