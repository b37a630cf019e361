using System.Runtime.InteropServices;

namespace MiniLambda.Sandbox.Walls;

/// <summary>
/// The numbers of the system calls that a filter looks at, on one architecture (from <c>asm/unistd_64.h</c> and <c>asm-generic/unistd.h</c>).
/// The lists are pairs: x86_64, aarch64. They are plain data, since every host goes through them when it starts.
/// </summary>
internal sealed class SystemCallTable
{
    private const short None = -1;

    private static ReadOnlySpan<short> RefusedCalls =>
    [
        // New programs and processes.
        59, 221, // execve
        322, 281, // execveat
        57, None, // fork
        58, None, // vfork
        // Other processes, their memory and priority, and this one's limits and group.
        101, 117, // ptrace
        310, 270, // process_vm_readv
        311, 271, // process_vm_writev
        440, 440, // process_madvise
        448, 448, // process_mrelease
        312, 272, // kcmp
        434, 434, // pidfd_open
        438, 438, // pidfd_getfd
        424, 424, // pidfd_send_signal
        200, 130, // tkill
        256, 238, // migrate_pages
        279, 239, // move_pages
        109, 154, // setpgid
        112, 157, // setsid
        160, 164, // setrlimit
        144, 119, // sched_setscheduler
        142, 118, // sched_setparam
        314, 274, // sched_setattr
        251, 30, // ioprio_set
        141, 140, // setpriority
        // Channels to other processes.
        29, 194, // shmget
        30, 196, // shmat
        31, 195, // shmctl
        67, 197, // shmdt
        68, 186, // msgget
        69, 189, // msgsnd
        70, 188, // msgrcv
        71, 187, // msgctl
        64, 190, // semget
        65, 193, // semop
        66, 191, // semctl
        220, 192, // semtimedop
        240, 180, // mq_open
        241, 181, // mq_unlink
        242, 182, // mq_timedsend
        243, 183, // mq_timedreceive
        244, 184, // mq_notify
        245, 185, // mq_getsetattr
        // File systems and devices.
        165, 40, // mount
        166, 39, // umount2
        155, 41, // pivot_root
        161, 51, // chroot
        272, 97, // unshare
        308, 268, // setns
        429, 429, // move_mount
        428, 428, // open_tree
        467, 467, // open_tree_attr
        430, 430, // fsopen
        431, 431, // fsconfig
        432, 432, // fsmount
        433, 433, // fspick
        442, 442, // mount_setattr
        133, None, // mknod
        259, 33, // mknodat
        303, 264, // name_to_handle_at
        304, 265, // open_by_handle_at
        300, 262, // fanotify_init
        301, 263, // fanotify_mark
        179, 60, // quotactl
        443, 443, // quotactl_fd
        167, 224, // swapon
        168, 225, // swapoff
        163, 89, // acct
        134, None, // uselib
        136, None, // ustat
        139, None, // sysfs
        212, 18, // lookup_dcookie
        // The kernel, its keys and clocks, and what has often been a hole in it.
        175, 105, // init_module
        313, 273, // finit_module
        176, 106, // delete_module
        174, None, // create_module
        246, 104, // kexec_load
        320, 294, // kexec_file_load
        321, 280, // bpf
        298, 241, // perf_event_open
        323, 282, // userfaultfd
        248, 217, // add_key
        249, 218, // request_key
        250, 219, // keyctl
        425, 425, // io_uring_setup
        426, 426, // io_uring_enter
        427, 427, // io_uring_register
        135, 92, // personality
        169, 142, // reboot
        103, 116, // syslog
        164, 170, // settimeofday
        227, 112, // clock_settime
        305, 266, // clock_adjtime
        159, 171, // adjtimex
        170, 161, // sethostname
        171, 162, // setdomainname
        172, None, // iopl
        173, None, // ioperm
        154, None, // modify_ldt
        153, 58, // vhangup
        180, 42, // nfsservctl
        156, None, // _sysctl
        447, 447, // memfd_secret
        // Other users and capabilities.
        105, 146, // setuid
        106, 144, // setgid
        113, 145, // setreuid
        114, 143, // setregid
        117, 147, // setresuid
        119, 149, // setresgid
        116, 159, // setgroups
        122, 151, // setfsuid
        123, 152, // setfsgid
        126, 91, // capset
    ];

    private static ReadOnlySpan<short> SocketCalls =>
    [
        41, 198, // socket
        42, 203, // connect
        49, 200, // bind
        50, 201, // listen
        43, 202, // accept
        288, 242, // accept4
    ];

    // Each takes the process that is to get the signal first.
    private static ReadOnlySpan<short> SignalCalls =>
    [
        62, 129, // kill
        234, 131, // tgkill
        129, 138, // rt_sigqueueinfo
        297, 240, // rt_tgsigqueueinfo
    ];

    private readonly bool _isArm;

    private SystemCallTable(bool isArm) => _isArm = isArm;

    public static SystemCallTable X64 { get; } = new(isArm: false);

    public static SystemCallTable Arm64 { get; } = new(isArm: true);

    /// <summary><c>AUDIT_ARCH_AARCH64</c> or <c>AUDIT_ARCH_X86_64</c></summary>
    public uint Architecture => _isArm ? 0xc00000b7 : 0xc000003e;

    /// <summary>Refused whatever their arguments.</summary>
    public IReadOnlyList<uint> Refused => NumbersOf(RefusedCalls);

    /// <summary>Refused without the network.</summary>
    public IReadOnlyList<uint> Sockets => NumbersOf(SocketCalls);

    public IReadOnlyList<uint> SignalsByProcess => NumbersOf(SignalCalls);

    public uint Socket => _isArm ? 198u : 41u;

    public uint Clone => _isArm ? 220u : 56u;

    public static uint Clone3 => 435;

    public uint SocketPair => _isArm ? 199u : 53u;

    public uint ProcessControl => _isArm ? 167u : 157u; // prctl

    public uint DeviceControl => _isArm ? 29u : 16u; // ioctl

    public uint SetAffinity => _isArm ? 122u : 203u; // sched_setaffinity

    public uint ResourceLimit => _isArm ? 261u : 302u; // prlimit64

    public uint Seccomp => _isArm ? 277u : 317u;

    /// <summary>Null for an architecture without a filter.</summary>
    public static SystemCallTable? Of(Architecture architecture) => architecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64,
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
        _ => null,
    };

    private List<uint> NumbersOf(ReadOnlySpan<short> calls)
    {
        var numbers = new List<uint>();
        for (var i = _isArm ? 1 : 0; i < calls.Length; i += 2)
        {
            if (calls[i] != None)
                numbers.Add((uint)calls[i]);
        }

        return numbers;
    }
}
