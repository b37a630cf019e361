using System.Diagnostics;
using System.Reflection;

namespace MiniLambda.EndToEnd;

/// <summary>The programs under test, as they were built beside these tests.</summary>
internal static class Programs
{
    private static readonly Dictionary<string, string> Metadata = typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(a => a.Key, a => a.Value!);

    public static string Examples { get; } = Path.GetFullPath(Metadata["Examples"]);

    public static ProcessStartInfo Orchestrator(params string[] args) => Start("orchestrator", "minilambda-orchestrator", args);

    public static ProcessStartInfo Worker(params string[] args) => Start("worker", "minilambda-worker", args);

    public static ProcessStartInfo Workbench(params string[] args) => Start("workbench", "minilambda", args);

    /// <summary>A line of shell, in which the command line with these arguments is <c>"$@"</c>.</summary>
    public static ProcessStartInfo Within(string shell, string line, params string[] args)
    {
        var program = Workbench(args);
        string[] before = ["-c", line, shell, program.FileName];
        for (var i = 0; i < before.Length; i++)
            program.ArgumentList.Insert(i, before[i]);
        program.FileName = shell;
        return program;
    }

    private static ProcessStartInfo Start(string project, string assembly, string[] args)
    {
        var path = Path.Combine(Metadata["Binaries"], project, Metadata["Pivot"], $"{assembly}.dll");
        // The tests' own settings must not reach the programs.
        return new ProcessStartInfo("dotnet", [path, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MINILAMBDA_TOKEN"] = null, ["MINILAMBDA_SERVER"] = null, ["MINILAMBDA_CONFIG"] = null, ["MINILAMBDA_AUTHORITY"] = null },
        };
    }
}
