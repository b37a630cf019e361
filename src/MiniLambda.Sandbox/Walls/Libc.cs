using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>The system calls that the walls are made of. All return -1 and set the error when they fail.</summary>
[SupportedOSPlatform("linux")]
internal static partial class Libc
{
    /// <summary>What the last call's error means, as one line.</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentId();

    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "getpgid", SetLastError = true)]
    public static partial int GroupOf(int process);

    [LibraryImport("libc", EntryPoint = "setpgid", SetLastError = true)]
    public static partial int SetGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    public static partial int SetPriority(int which, uint who, int niceness);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    public static unsafe partial int ResourceLimit(int process, int resource, Limit* wanted, out Limit old);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int DescriptorFlags(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static unsafe partial nint Seccomp(nint number, nint operation, nint flags, FilterProgram* program);

    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    /// <summary>A path without links in it; as it was given where there is nothing.</summary>
    public static string RealPath(string path)
    {
        var real = ResolvePath(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(real) ?? path;
        }
        finally
        {
            Free(real);
        }
    }

    /// <summary>What the kernel says of an open file; null where it does not.</summary>
    public static FileStatus? Status(int descriptor) => Status(descriptor, "", EmptyPath, BasicStatus, out var status) == 0 ? status : null;

    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStatus = 0x7ff; // STATX_BASIC_STATS

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ResolvePath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int descriptor, string path, int flags, uint mask, out FileStatus status);

    /// <summary>What is asked for of <c>struct statx</c>, which is the same for every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileStatus
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(32)]
        public ulong Node;

        [FieldOffset(40)]
        public ulong Bytes;

        /// <summary>Of the last change (<c>stx_ctime</c>), since 1970.</summary>
        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    /// <summary><c>struct rlimit</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Limit
    {
        public const ulong Unlimited = ulong.MaxValue;

        public ulong Soft;
        public ulong Hard;
    }

    /// <summary><c>struct sock_fprog</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct FilterProgram
    {
        public ushort Length;
        public FilterInstruction* Instructions;
    }
}
