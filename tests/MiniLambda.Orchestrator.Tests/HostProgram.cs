using System.Reflection;
using System.Runtime.InteropServices;
using MiniLambda.Sandbox.Hosts;

namespace MiniLambda.Orchestrator.Tests;

/// <summary>The program that is the workers' sandbox host in these tests: built beside them, and never loaded by them.</summary>
internal static class HostProgram
{
    private static readonly Dictionary<string, string> Metadata = typeof(HostProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .ToDictionary(a => a.Key, a => a.Value!);

    public static HostCommand Command { get; } = new(
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet")),
        [Path.Combine(Metadata["Binaries"], "Sandbox.TestHost", Metadata["Pivot"], "Sandbox.TestHost.dll")]);
}
