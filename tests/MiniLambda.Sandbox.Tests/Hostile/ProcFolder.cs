using System.Globalization;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>What <c>/proc</c> says of processes, as in proc(5).</summary>
internal static class ProcFolder
{
    /// <summary>The sandbox hosts that this process has started and that are alive.</summary>
    public static List<int> Hosts()
    {
        var hosts = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && IsHost(id))
                hosts.Add(id);
        }

        return hosts;
    }

    /// <summary>A line of <c>status</c> that is a number, such as <c>VmRSS</c> (in KiB).</summary>
    public static long Number(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith($"{name}:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    public static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Length;

    /// <summary>Threads of this process with this name.</summary>
    public static int Threads(string name) => Directory.GetDirectories("/proc/self/task").Count(task => NameOf(task) == name);

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return ""; // It has just ended.
        }
    }

    private static bool IsHost(int id)
    {
        try
        {
            // A process that has ended and was not waited for has no command line.
            return Number(id, "PPid") == Environment.ProcessId
                && File.ReadAllText($"/proc/{id}/cmdline").Contains("sandbox-host", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }
}
