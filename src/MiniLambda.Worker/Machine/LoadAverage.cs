using System.Globalization;

namespace MiniLambda.Worker.Machine;

/// <summary>The system's load average of one minute: threads that run or want to.</summary>
/// <param name="file">Stands in for the system's in tests.</param>
internal sealed class LoadAverage(string file = "/proc/loadavg")
{
    /// <summary>Null where the system does not tell.</summary>
    public double? Read()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            // The first of its words (proc_loadavg(5)).
            var word = File.ReadAllText(file).Split(' ', 2)[0];
            return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var load) ? load : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
