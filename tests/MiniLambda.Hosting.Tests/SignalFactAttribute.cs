using System.Globalization;

namespace MiniLambda.Hosting.Tests;

/// <summary>A test that sends this process a signal; skipped where whoever started it had it ignored, as a shell does with SIGINT for what runs in the background.</summary>
internal sealed class SignalFactAttribute : FactAttribute
{
    private const string Status = "/proc/self/status";

    public SignalFactAttribute(int signal)
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no signals";
        else if (File.Exists(Status) && (Ignored() & (1UL << (signal - 1))) != 0)
            Skip = $"this process was started with signal {signal} ignored";
    }

    private static ulong Ignored() => ulong.Parse(
        File.ReadLines(Status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
