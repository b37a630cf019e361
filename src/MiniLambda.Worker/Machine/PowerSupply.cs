using System.Globalization;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Worker.Machine;

/// <summary>
/// Batteries and mains as Linux shows them, one folder each below <c>/sys/class/power_supply</c> (kernel, <c>Documentation/ABI/testing/sysfs-class-power</c>).
/// </summary>
/// <param name="folder">Stands in for the system's in tests.</param>
internal sealed class PowerSupply(string folder = "/sys/class/power_supply")
{
    private const string Battery = "Battery";

    /// <summary>What the machine runs on now; null where the system does not tell.</summary>
    public Power? Read()
    {
        try
        {
            var supplies = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
            // A mouse has a battery too; it does not run the machine.
            var batteries = supplies.Where(s => Line(s, "type") == Battery && Line(s, "scope") != "Device" && Line(s, "present") != "0").ToList();
            var mains = supplies.Where(s => Line(s, "type") is { Length: > 0 } type && type != Battery && Line(s, "scope") != "Device")
                .Select(s => Line(s, "online")).Where(online => online.Length > 0).ToList();
            return batteries.Count == 0 && mains.Count == 0 ? null : Describe(batteries, mains);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Power Describe(List<string> batteries, List<string> mains)
    {
        var states = batteries.ConvertAll(battery => Line(battery, "status"));
        var isOnline = mains.Exists(static online => online != "0");
        var power = new Power
        {
            Charging = states.Contains("Charging"),
            Source = isOnline || (mains.Count == 0 && !states.Contains("Discharging")) ? Power.Types.Source.Mains : Power.Types.Source.Battery,
        };
        var levels = batteries
            .Select(battery => int.TryParse(Line(battery, "capacity"), NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level : -1)
            .Where(static level => level is >= 0 and <= 100).ToList();
        if (levels.Count > 0)
            power.BatteryPercent = (int)levels.Average();
        return power;
    }

    private static string Line(string supply, string name)
    {
        try
        {
            return File.ReadLines(Path.Combine(supply, name)).FirstOrDefault("").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Drivers leave out what they do not know, and fail reads while a battery is being taken out.
            return "";
        }
    }
}
