using System.Globalization;

namespace MiniLambda.Worker.Machine;

/// <summary>How busy this machine is since the last reading. Not safe for many threads.</summary>
internal sealed class LoadMeter
{
    private (long Busy, long Total) _last = ReadCpu();

    /// <summary>The share of all cores in use since the last call (0 to 1), and physical memory in use in bytes. Zero where the system does not tell.</summary>
    public (double CpuFraction, long MemoryUsedBytes) Read()
    {
        var now = ReadCpu();
        var total = now.Total - _last.Total;
        var fraction = total > 0 ? Math.Clamp((now.Busy - _last.Busy) / (double)total, 0, 1) : 0;
        _last = now;
        return (fraction, ReadMemoryUsed());
    }

    // The first line of /proc/stat, in ticks: user nice system idle iowait irq softirq steal (proc(5)).
    private static (long Busy, long Total) ReadCpu()
    {
        if (!OperatingSystem.IsLinux())
            return default;
        try
        {
            using var file = new StreamReader("/proc/stat");
            var ticks = file.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                .Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
            var total = ticks.Sum();
            return (total - ticks[3] - ticks[4], total);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return default;
        }
    }

    private static long ReadMemoryUsed()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        try
        {
            long total = 0, available = 0;
            foreach (var line in File.ReadLines("/proc/meminfo").Take(3))
            {
                var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (parts[0] == "MemTotal:")
                    total = long.Parse(parts[1], CultureInfo.InvariantCulture) << 10;
                else if (parts[0] == "MemAvailable:")
                    available = long.Parse(parts[1], CultureInfo.InvariantCulture) << 10;
            }

            return total - available;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return 0;
        }
    }
}
