using System.Runtime.InteropServices;

namespace MiniLambda.Sandbox.Execution;

/// <summary>CPU time of the calling thread.</summary>
internal static partial class ThreadCpuClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID on Linux

    /// <summary>Zero where the system does not tell.</summary>
    public static TimeSpan Now()
    {
        if (!OperatingSystem.IsLinux() || GetTime(ThreadCpuTime, out var time) != 0)
            return TimeSpan.Zero;
        return TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
