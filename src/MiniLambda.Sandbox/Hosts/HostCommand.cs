using System.Diagnostics;
using System.Runtime.InteropServices;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>How to start a sandbox host: the program and the arguments before the verb.</summary>
public sealed record HostCommand(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>Settings of the .NET runtime in hosts: no sockets for debuggers, a small heap given back soon, and no tiers to climb for code that is short-lived.</summary>
    private static readonly (string Name, string Value)[] Runtime =
    [
        ("DOTNET_EnableDiagnostics", "0"), ("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_TieredPGO", "0"),
        ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"),
    ];

    /// <summary>In a program's runtime configuration: another program that can be a host. For one that is not ours, such as a test runner.</summary>
    private const string OtherProgram = "MiniLambda.SandboxHost";

    /// <summary>This very program, unless its runtime configuration names another.</summary>
    public static HostCommand Self()
    {
        if (AppContext.GetData(OtherProgram) is string other)
            return new HostCommand(other, []);
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the system does not tell the path of this program");
        // Under "dotnet program.dll" the process is dotnet, and the program its first argument.
        var isDotnet = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return new HostCommand(program, isDotnet ? [Environment.GetCommandLineArgs()[0]] : []);
    }

    /// <param name="heapBytes">Most that the host's own managed memory may grow to.</param>
    internal ProcessStartInfo StartInfo(bool network, long heapBytes)
    {
        var within = network ? null : NetworkNamespace.Find();
        var start = new ProcessStartInfo(within?.File ?? File)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory)!,
        };
        foreach (var argument in (string[])[.. within is { } own ? [.. own.Prefix, File] : (string[])[], .. Arguments])
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(SandboxHost.Verb);
        // Nothing of this process's environment goes along. Where .NET is, this process knows best.
        start.Environment.Clear();
        foreach (var (name, value) in Runtime)
            start.Environment[name] = value;
        start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{heapBytes:x}";
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return start;
    }
}
