using System.Globalization;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>A <c>status</c> file of <c>/proc</c> (see proc(5)).</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessStatus
{
    private readonly string _text;

    private ProcessStatus(string text) => _text = text;

    public static ProcessStatus OfProcess() => new(File.ReadAllText("/proc/self/status"));

    /// <summary>Of every thread of this process.</summary>
    public static List<ProcessStatus> OfThreads()
    {
        var all = new List<ProcessStatus>();
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                all.Add(new ProcessStatus(File.ReadAllText($"{task}/status")));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return all;
    }

    /// <summary>A number, or the number before a unit; -1 where this kernel does not tell.</summary>
    public long Number(string field)
    {
        var at = _text.IndexOf($"\n{field}:", StringComparison.Ordinal);
        if (at < 0)
            return -1;
        var rest = _text.AsSpan(at + field.Length + 2);
        rest = rest[..rest.IndexOf('\n')].Trim();
        var end = rest.IndexOf(' ');
        return long.TryParse(end < 0 ? rest : rest[..end], CultureInfo.InvariantCulture, out var value) ? value : -1;
    }

    /// <summary>A size in bytes; 0 where this kernel does not tell.</summary>
    public long Bytes(string field) => Math.Max(Number(field), 0) << 10;
}
