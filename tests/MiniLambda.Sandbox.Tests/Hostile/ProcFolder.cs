using System.Globalization;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>What <c>/proc</c> says of processes, as in proc(5).</summary>
internal static class ProcFolder
{
    /// <summary>The sandbox hosts that this process has started and that are alive.</summary>
    // A process that has ended and was not waited for has no command line.
    public static List<int> Hosts() =>
        [.. Processes().Where(id => IsChild(id) && ReadOrNothing($"/proc/{id}/cmdline").Contains("sandbox-host", StringComparison.Ordinal))];

    /// <summary>How many processes this one has started that are still there, also those that have ended and were not waited for.</summary>
    public static int Children() => Processes().Count(IsChild);

    /// <summary>A line of <c>status</c> that is a number, such as <c>VmRSS</c> (in KiB).</summary>
    public static long Number(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith($"{name}:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    public static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Length;

    /// <summary>Threads of this process with this name.</summary>
    public static int Threads(string name) => Directory.GetDirectories("/proc/self/task").Count(task => NameOf(task) == name);

    private static string NameOf(string task) => ReadOrNothing($"{task}/comm").TrimEnd();

    private static string ReadOrNothing(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It has just ended.
        }
    }

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    private static bool IsChild(int id)
    {
        try
        {
            return Number(id, "PPid") == Environment.ProcessId;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }
}
