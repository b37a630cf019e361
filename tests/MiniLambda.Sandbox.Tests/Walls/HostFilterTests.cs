using System.Runtime.InteropServices;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Tests.Walls;

/// <summary>The filter as the kernel reads it, on both architectures. Numbers are those of the kernel's headers.</summary>
public sealed class HostFilterTests
{
    private const uint Process = 4711;
    private const ulong CloneThread = 0x10000;
    private const ulong CloneNewUser = 0x10000000;
    private const ulong ChildSignal = 17;

    [Theory]
    [InlineData("read", 0, 63)]
    [InlineData("write", 1, 64)]
    [InlineData("mmap", 9, 222)]
    [InlineData("mprotect", 10, 226)]
    [InlineData("rt_sigaction", 13, 134)]
    [InlineData("rt_sigreturn", 15, 139)]
    [InlineData("exit_group", 231, 94)]
    [InlineData("futex", 202, 98)]
    [InlineData("openat", 257, 56)]
    [InlineData("memfd_create", 319, 279)]
    [InlineData("membarrier", 324, 283)]
    [InlineData("rseq", 334, 293)]
    [InlineData("sched_getaffinity", 204, 123)]
    [InlineData("getrandom", 318, 278)]
    [InlineData("set_robust_list", 273, 99)]
    public void What_the_runtime_needs_is_allowed(string call, uint x64, uint arm64) => AssertAnswer(HostFilter.Allow, call, x64, arm64);

    [Theory]
    [InlineData("execve", 59, 221)]
    [InlineData("execveat", 322, 281)]
    [InlineData("ptrace", 101, 117)]
    [InlineData("process_vm_writev", 311, 271)]
    [InlineData("pidfd_getfd", 438, 438)]
    [InlineData("mount", 165, 40)]
    [InlineData("chroot", 161, 51)]
    [InlineData("unshare", 272, 97)]
    [InlineData("setns", 308, 268)]
    [InlineData("open_by_handle_at", 304, 265)]
    [InlineData("finit_module", 313, 273)]
    [InlineData("bpf", 321, 280)]
    [InlineData("perf_event_open", 298, 241)]
    [InlineData("userfaultfd", 323, 282)]
    [InlineData("keyctl", 250, 219)]
    [InlineData("io_uring_setup", 425, 425)]
    [InlineData("setresuid", 117, 147)]
    [InlineData("capset", 126, 91)]
    [InlineData("socket", 41, 198)]
    [InlineData("connect", 42, 203)]
    [InlineData("bind", 49, 200)]
    [InlineData("reboot", 169, 142)]
    [InlineData("shmget", 29, 194)]
    public void What_it_never_needs_is_refused(string call, uint x64, uint arm64) => AssertAnswer(HostFilter.NotPermitted, call, x64, arm64);

    [Fact]
    public void Fork_and_vfork_are_refused_where_they_exist() => Assert.All(
        new uint[] { 57, 58 }, call => Assert.Equal(HostFilter.NotPermitted, Answer(SystemCallTable.X64, call)));

    [Fact]
    public void A_new_thread_is_allowed_and_a_new_process_or_namespace_is_not()
    {
        foreach (var table in new[] { SystemCallTable.X64, SystemCallTable.Arm64 })
        {
            Assert.Equal(HostFilter.Allow, Answer(table, table.Clone, CloneThread | 0x3c0f00));
            Assert.Equal(HostFilter.NotPermitted, Answer(table, table.Clone, ChildSignal));
            Assert.Equal(HostFilter.NotPermitted, Answer(table, table.Clone, CloneThread | CloneNewUser));
            Assert.Equal(HostFilter.NotImplemented, Answer(table, SystemCallTable.Clone3));
        }
    }

    [Theory]
    [InlineData("kill", 62, 129)]
    [InlineData("tgkill", 234, 131)]
    [InlineData("rt_sigqueueinfo", 129, 138)]
    [InlineData("rt_tgsigqueueinfo", 297, 240)]
    public void A_signal_goes_to_the_own_process_only(string call, uint x64, uint arm64)
    {
        AssertAnswer(HostFilter.Allow, call, x64, arm64, Process);
        AssertAnswer(HostFilter.NotPermitted, call, x64, arm64, Process + 1);
        AssertAnswer(HostFilter.NotPermitted, call, x64, arm64, 0);
        AssertAnswer(HostFilter.NotPermitted, call, x64, arm64, unchecked((ulong)-1));
    }

    [Theory]
    [InlineData(2ul, 0x80001ul, true)] // IPv4, stream, close-on-exec
    [InlineData(10ul, 2ul, true)] // IPv6, datagram
    [InlineData(2ul, 3ul, false)] // raw
    [InlineData(1ul, 1ul, false)] // local
    [InlineData(16ul, 3ul, false)] // netlink
    [InlineData(17ul, 2ul, false)] // packet
    [InlineData(40ul, 1ul, false)] // to a hypervisor
    public void With_the_network_a_socket_is_of_the_internet_or_refused(ulong family, ulong type, bool allowed)
    {
        foreach (var table in new[] { SystemCallTable.X64, SystemCallTable.Arm64 })
        {
            var answer = Answer(table, table.Socket, network: true, family, type);
            Assert.Equal(allowed ? HostFilter.Allow : HostFilter.NotPermitted, answer);
        }
    }

    [Fact]
    public void Limits_are_read_and_not_set()
    {
        foreach (var table in new[] { SystemCallTable.X64, SystemCallTable.Arm64 })
        {
            Assert.Equal(HostFilter.Allow, Answer(table, table.ResourceLimit, 0, 7, 0));
            Assert.Equal(HostFilter.NotPermitted, Answer(table, table.ResourceLimit, 0, 7, 0x1000));
            Assert.Equal(HostFilter.NotPermitted, Answer(table, table.ResourceLimit, 0, 7, 0x100000000));
        }
    }

    [Fact]
    public void Nothing_is_typed_into_a_terminal()
    {
        Assert.Equal(HostFilter.NotPermitted, Answer(SystemCallTable.X64, SystemCallTable.X64.DeviceControl, 0, 0x5412));
        Assert.Equal(HostFilter.Allow, Answer(SystemCallTable.X64, SystemCallTable.X64.DeviceControl, 0, 0x5401));
    }

    [Fact]
    public void Another_architecture_or_abi_ends_the_process()
    {
        var filter = HostFilter.Build(SystemCallTable.X64, Process, network: false);

        const uint I386 = 0x40000003, X32Write = 0x40000001;
        Assert.Equal(HostFilter.KillProcess, FilterMachine.Run(filter, I386, 4));
        Assert.Equal(HostFilter.KillProcess, FilterMachine.Run(filter, SystemCallTable.X64.Architecture, X32Write));
    }

    [Fact]
    public void A_call_that_nobody_has_judged_does_not_exist() =>
        AssertAnswer(HostFilter.NotImplemented, "future", HostFilter.FirstUnknown, HostFilter.FirstUnknown);

    [Fact]
    public void Other_processors_have_no_filter() => Assert.Null(SystemCallTable.Of(Architecture.RiscV64));

    private static void AssertAnswer(uint expected, string call, uint x64, uint arm64, params ulong[] arguments)
    {
        Assert.True(expected == Answer(SystemCallTable.X64, x64, arguments), $"{call} on x86_64");
        Assert.True(expected == Answer(SystemCallTable.Arm64, arm64, arguments), $"{call} on aarch64");
    }

    private static uint Answer(SystemCallTable table, uint call, params ulong[] arguments) => Answer(table, call, network: false, arguments);

    private static uint Answer(SystemCallTable table, uint call, bool network, params ulong[] arguments) =>
        FilterMachine.Run(HostFilter.Build(table, Process, network), table.Architecture, call, arguments);
}
