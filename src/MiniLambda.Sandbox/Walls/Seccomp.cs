using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>Puts a system call filter on every thread of this process (see seccomp(2)), for good.</summary>
[SupportedOSPlatform("linux")]
internal static class Seccomp
{
    private const int SetNoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS
    private const int SetFilter = 1; // SECCOMP_SET_MODE_FILTER
    private const int AllThreads = 1; // SECCOMP_FILTER_FLAG_TSYNC
    private const int Filtered = 2; // SECCOMP_MODE_FILTER, as /proc tells it

    /// <summary>Gives up new privileges, which also lets a process without root set a filter, then sets it. Both are read back from the kernel.</summary>
    public static (Wall NoNewPrivileges, Wall Filter) Install(bool network)
    {
        var privileges = Libc.ProcessControl(SetNoNewPrivileges, 1, 0, 0, 0) == 0 ? null : Libc.LastError();
        var filter = SetFor(network, out var length);
        var threads = ProcessStatus.OfThreads();
        foreach (var thread in threads)
        {
            if (thread.Number("NoNewPrivs") != 1)
                privileges ??= "not on every thread";
            if (thread.Number("Seccomp") != Filtered)
                filter ??= "not on every thread";
        }

        return (
            new Wall(WallNames.NoNewPrivileges, privileges is null, privileges ?? $"on all {threads.Count} threads"),
            new Wall(WallNames.Seccomp, filter is null, filter ?? $"on all {threads.Count} threads, {length} instructions"));
    }

    private static unsafe string? SetFor(bool network, out int length)
    {
        length = 0;
        if (SystemCallTable.Of(RuntimeInformation.ProcessArchitecture) is not { } table)
            return $"no filter for {RuntimeInformation.ProcessArchitecture}";
        var instructions = HostFilter.Build(table, (uint)Environment.ProcessId, network);
        length = instructions.Length;
        fixed (FilterInstruction* first = instructions)
        {
            var program = new Libc.FilterProgram { Length = (ushort)length, Instructions = first };
            return Libc.Seccomp((nint)table.Seccomp, SetFilter, AllThreads, &program) switch
            {
                0 => null,
                > 0 and var thread => $"thread {thread} has another filter",
                _ => Libc.LastError(),
            };
        }
    }
}
