using System.Globalization;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.TestHost;

internal static class Options
{
    public static WallSpec ToSpec(IReadOnlyDictionary<string, string> options)
    {
        long Number(string name, long otherwise) => options.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

        return new WallSpec
        {
            MemoryBytes = Number("memory", 512L << 20),
            FileBytes = Number("file-size", 64L << 20),
            OpenFiles = (int)Number("open-files", 128),
            Niceness = (int)Number("niceness", 0),
            ParentId = (int)Number("parent", 0),
            Network = options.ContainsKey("network"),
            KeepDescriptors = options.TryGetValue("keep", out var keep) ? [int.Parse(keep, CultureInfo.InvariantCulture)] : [],
        };
    }
}
