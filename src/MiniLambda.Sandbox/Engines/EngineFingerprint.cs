using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Wasmtime;

namespace MiniLambda.Sandbox.Engines;

/// <summary>Names the engine that an artifact is for: artifacts of another fingerprint are of no use here.</summary>
internal static class EngineFingerprint
{
    /// <summary>
    /// For example <c>wasmtime-50.0.1-x86_64-linux-1f2e3d4c</c>; the last part covers the CPU's features and the engine's configuration.
    /// </summary>
    public static string Compute()
    {
        var version = typeof(Engine).Assembly.GetName().Version?.ToString(3) ?? "unknown";
        var arch = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x86_64",
            Architecture.Arm64 => "aarch64",
            var other => other.ToString().ToLowerInvariant(),
        };
        var os = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "macos" : "windows";
        var details = $"{CpuFeatures()};epochs;stack={EngineVariant.MaxStackBytes};cow;tables={EngineVariant.MaxTableElements};components";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(details)))[..8];
        return $"wasmtime-{version}-{arch}-{os}-{hash}";
    }

    // Wasmtime compiles for the features it finds. Elsewhere than on Linux the machine keeps its CPU anyway, and Wasmtime refuses what does not fit.
    private static string CpuFeatures()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/proc/cpuinfo"))
            return "";
        return File.ReadLines("/proc/cpuinfo").FirstOrDefault(line =>
            line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal)) ?? "";
    }
}
