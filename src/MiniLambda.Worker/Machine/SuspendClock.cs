using System.Runtime.InteropServices;

namespace MiniLambda.Worker.Machine;

/// <summary>How long this machine slept since it started: the difference between a clock that goes on while it sleeps and one that does not.</summary>
internal static partial class SuspendClock
{
    // Linux: clock_gettime(2). macOS: its CLOCK_MONOTONIC goes on asleep, CLOCK_UPTIME_RAW does not.
    private static readonly (int Asleep, int Awake)? Clocks = OperatingSystem.IsLinux() ? (7, 1) : OperatingSystem.IsMacOS() ? (6, 8) : null;

    /// <summary>Zero where the system does not tell; on Windows the monotonic clock itself goes on.</summary>
    public static TimeSpan Read() =>
        Clocks is { } clocks && GetTime(clocks.Awake, out var awake) == 0 && GetTime(clocks.Asleep, out var asleep) == 0
            ? asleep.ToTimeSpan() - awake.ToTimeSpan()
            : TimeSpan.Zero;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;

        public readonly TimeSpan ToTimeSpan() => TimeSpan.FromSeconds(Seconds) + TimeSpan.FromTicks(Nanoseconds / TimeSpan.NanosecondsPerTick);
    }
}
