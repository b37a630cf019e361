using static MiniLambda.Sandbox.Walls.FilterInstruction;

namespace MiniLambda.Sandbox.Walls;

/// <summary>
/// The filter of a sandbox host. What a .NET process that computes and works on files never needs is refused with "operation not permitted", so that
/// a mistake in this list is an error message and not a dead host. Everything else is allowed: an allow list would have to follow every release of
/// the runtime, the C library and the kernel.
/// </summary>
internal static class HostFilter
{
    public const uint Allow = 0x7fff0000; // SECCOMP_RET_ALLOW
    public const uint KillProcess = 0x80000000; // SECCOMP_RET_KILL_PROCESS
    public const uint NotPermitted = 0x00050000 | 1; // SECCOMP_RET_ERRNO | EPERM
    public const uint NotImplemented = 0x00050000 | 38; // SECCOMP_RET_ERRNO | ENOSYS

    /// <summary>Calls from here on came after this list was made, and nobody has judged them. Programs take the answer for an old kernel.</summary>
    public const uint FirstUnknown = 470;

    private const uint OtherAbi = 0x40000000; // __X32_SYSCALL_BIT
    private const uint NewThread = 0x00010000; // CLONE_THREAD
    private const uint NewNamespaces = 0x7e020000; // CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
    private const uint LocalFamily = 1; // AF_UNIX
    private const uint InternetFamily = 2; // AF_INET
    private const uint Internet6Family = 10; // AF_INET6
    private const uint SocketTypes = 0xf; // without SOCK_CLOEXEC and SOCK_NONBLOCK
    private const uint StreamType = 1; // SOCK_STREAM
    private const uint DatagramType = 2; // SOCK_DGRAM

    // PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_MM, PR_SET_PTRACER: with these a host would take walls down again.
    private static readonly uint[] ProcessControls = [1, 4, 35, 0x59616d61];

    // TIOCSTI, TIOCLINUX: input typed into somebody's terminal.
    private static readonly uint[] TerminalControls = [0x5412, 0x541c];

    /// <param name="process">The only process that signals may go to.</param>
    /// <param name="network">Whether internet sockets are allowed.</param>
    public static FilterInstruction[] Build(SystemCallTable table, uint process, bool network)
    {
        var filter = new Instructions();
        filter.Add(
            LoadArchitecture,
            IfEqual(table.Architecture, 1, 0),
            Return(KillProcess),
            LoadNumber,
            IfAtLeast(OtherAbi, 0, 1),
            Return(KillProcess),
            IfAtLeast(FirstUnknown, 0, 1),
            Return(NotImplemented));
        foreach (var call in table.Refused)
            When(filter, call, Return(NotPermitted));
        if (!network)
        {
            foreach (var call in table.Sockets)
                When(filter, call, Return(NotPermitted));
        }

        // The C library takes this for an old kernel and uses the call whose flags can be looked at.
        When(filter, SystemCallTable.Clone3, Return(NotImplemented));
        When(filter, table.Clone, [LoadLow(0), IfAnyBit(NewNamespaces, 1, 0), IfAnyBit(NewThread, 1, 0), Return(NotPermitted), Return(Allow)]);
        foreach (var call in table.SignalsByProcess)
            When(filter, call, AllowOnly(process));
        When(filter, table.SocketPair, AllowOnly(LocalFamily));
        // The runtime sets the processors of each new thread itself, and cannot do without.
        When(filter, table.SetAffinity, AllowOnly(0));
        When(filter, table.ProcessControl, RefuseOnly(0, ProcessControls));
        When(filter, table.DeviceControl, RefuseOnly(1, TerminalControls));
        // Limits may be read, not set.
        When(
            filter, table.ResourceLimit,
            [LoadLow(2), IfEqual(0, 0, 2), LoadHigh(2), IfEqual(0, 1, 0), Return(NotPermitted), Return(Allow)]);
        if (network)
            When(filter, table.Socket, InternetOnly());
        filter.Add(Return(Allow));
        return filter.ToArray();
    }

    private static void When(Instructions filter, uint call, params FilterInstruction[] then)
    {
        filter.Add(IfEqual(call, 0, then.Length));
        filter.Add(then);
    }

    private static FilterInstruction[] AllowOnly(uint value) => [LoadLow(0), IfEqual(value, 1, 0), Return(NotPermitted), Return(Allow)];

    private static FilterInstruction[] RefuseOnly(uint argument, uint[] values)
    {
        var filter = new Instructions();
        filter.Add(LoadLow(argument));
        for (var i = 0; i < values.Length; i++)
            filter.Add(IfEqual(values[i], values.Length - i, 0));
        filter.Add(Return(Allow), Return(NotPermitted));
        return filter.ToArray();
    }

    private static FilterInstruction[] InternetOnly() =>
    [
        LoadLow(0),
        IfEqual(InternetFamily, 1, 0),
        IfEqual(Internet6Family, 0, 4),
        LoadLow(1),
        And(SocketTypes),
        IfEqual(StreamType, 2, 0),
        IfEqual(DatagramType, 1, 0),
        Return(NotPermitted),
        Return(Allow),
    ];

    // A list of these would be compiled anew for this one use, which takes longer than all the rest.
    private sealed class Instructions
    {
        private FilterInstruction[] _items = new FilterInstruction[512];
        private int _count;

        public void Add(params FilterInstruction[] items)
        {
            if (_count + items.Length > _items.Length)
                Array.Resize(ref _items, _items.Length * 2);
            Array.Copy(items, 0, _items, _count, items.Length);
            _count += items.Length;
        }

        public FilterInstruction[] ToArray() => _items[.._count];
    }
}
