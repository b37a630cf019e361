using System.Collections;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>
/// What a sandbox host does to itself when it starts: it drops whatever running guests does not need, so that a guest that broke out of Wasmtime
/// would find itself in a process that can hardly do anything. Needs no root, and cannot be undone.
/// </summary>
internal static class HostWalls
{
    /// <summary>
    /// Raises every wall that this system has. Call it once, on the main thread (the parent's death is told to the thread that asked). A wall that
    /// cannot be raised is said not to be in force; nothing is thrown.
    /// </summary>
    /// <returns>Every name of <see cref="WallNames"/> once, in that order.</returns>
    public static IReadOnlyList<Wall> Raise(WallSpec spec) => OperatingSystem.IsLinux()
        ? RaiseOnLinux(spec)
        : [.. WallNames.All.Select(name => new Wall(name, InForce: false, "only on Linux"))];

    [SupportedOSPlatform("linux")]
    private static Wall[] RaiseOnLinux(WallSpec spec)
    {
        var environment = Environments();
        var parent = ParentTies.DieWithParent(spec.ParentId);
        var group = ParentTies.LeaveGroup(spec.Niceness);
        var descriptors = InheritedDescriptors.Close(spec.KeepDescriptors);
        var ownNetwork = NetworkNamespace.Describe();
        var coreDumps = ResourceLimits.NoCoreDumps();
        var memory = ResourceLimits.Memory(spec.MemoryBytes);
        var fileSize = ResourceLimits.FileSize(spec.FileBytes);
        var openFiles = ResourceLimits.OpenFiles(spec.OpenFiles);
        // The last: it refuses some of what the others do.
        var seccomp = Seccomp.Install(spec.Network);
        return
        [
            seccomp.NoNewPrivileges, parent, group, coreDumps, memory, fileSize, openFiles, Processes(seccomp.Filter), seccomp.Filter,
            Network(spec, seccomp.Filter, ownNetwork), environment, descriptors,
        ];
    }

    private static Wall Processes(Wall filter) => new(
        WallNames.Processes, filter.InForce,
        // RLIMIT_NPROC counts every thread of the user, so a limit would depend on what else the user runs, and stop the runtime's own threads.
        filter.InForce ? "new processes and programs are refused; threads are not limited" : "needs the system call filter");

    private static Wall Network(WallSpec spec, Wall filter, (bool IsOwn, string Detail) ownNetwork)
    {
        if (spec.Network)
            return new Wall(WallNames.Network, ownNetwork.IsOwn, ownNetwork.IsOwn ? ownNetwork.Detail : "the network is granted: internet sockets only");
        var detail = (ownNetwork.IsOwn, filter.InForce) switch
        {
            (true, true) => $"{ownNetwork.Detail}; sockets are refused",
            (false, true) => "sockets are refused",
            _ => ownNetwork.Detail,
        };
        return new Wall(WallNames.Network, ownNetwork.IsOwn || filter.InForce, detail);
    }

    private static Wall Environments()
    {
        // Only the runtime's own settings may be left: names are told, values never.
        var others = new List<string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry.Key is string name && !name.StartsWith("DOTNET_", StringComparison.Ordinal))
                others.Add(name);
        }

        if (others.Count == 0)
            return new Wall(WallNames.Environment, InForce: true, "nothing but settings of the runtime");
        others.Sort(StringComparer.Ordinal);
        var some = others.GetRange(0, Math.Min(others.Count, 5));
        return new Wall(
            WallNames.Environment, InForce: false, $"{others.Count} inherited: {string.Join(", ", some)}{(some.Count < others.Count ? ", ..." : "")}");
    }
}
