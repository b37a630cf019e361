using System.Diagnostics;
using System.Globalization;

namespace MiniLambda.EndToEnd.Terminals;

/// <summary>The folders of a user who has <c>minilambda</c> on the path, and whose commands go to a cluster.</summary>
internal sealed class UserHome : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.Create();
    private readonly Dictionary<string, string?> _variables;

    private UserHome(Cluster cluster)
    {
        var program = Programs.Workbench();
        var launcher = At("minilambda");
        File.WriteAllText(launcher, $"#!/bin/sh\necho $$ >'{PidFile}'\nexec {program.FileName} '{program.ArgumentList[0]}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(launcher, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _variables = new Dictionary<string, string?>
        {
            ["HOME"] = FullName,
            ["XDG_CONFIG_HOME"] = At("config"),
            ["XDG_STATE_HOME"] = At("state"),
            ["XDG_CACHE_HOME"] = At("cache"),
            ["XDG_DATA_HOME"] = At("data"),
            ["PATH"] = $"{FullName}:{Environment.GetEnvironmentVariable("PATH")}",
            ["LC_ALL"] = "C.UTF-8",
            ["NO_COLOR"] = null,
            ["MINILAMBDA_SERVER"] = cluster.Url.ToString(),
            ["MINILAMBDA_TOKEN"] = File.ReadAllText(cluster.TokenFile).Trim(),
            // Other tests share the machine.
            ["MINILAMBDA_COMPLETION_TIMEOUT"] = "1m",
        };
    }

    public string FullName => _folder.FullName;

    /// <summary>The process that the last <c>minilambda</c> became.</summary>
    public int ProgramId => int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);

    private string PidFile => At("pid");

    /// <summary>A new one, for a cluster as it is now.</summary>
    public static UserHome Of(Cluster cluster) => new(cluster);

    public string At(string name) => _folder.At(name);

    /// <summary>A program that is started in these folders.</summary>
    public ProcessStartInfo Start(string program, params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = FullName,
        };
        foreach (var (name, value) in _variables)
            start.Environment[name] = value;
        return start;
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
