using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MiniLambda.Sandbox.TestHost;

/// <summary>What a guest that broke out might try. Each says in one line what came of it.</summary>
internal static partial class Attempts
{
    public static string Exec()
    {
        try
        {
            using var started = Process.Start("/bin/true");
            return "started";
        }
        catch (Win32Exception e)
        {
            return $"error {e.NativeErrorCode}";
        }
    }

    public static string Fork()
    {
        var child = ForkProcess();
        if (child == 0)
            LeaveProcess(0);
        return child > 0 ? "forked" : $"error {Marshal.GetLastPInvokeError()}";
    }

    public static string Sockets() => string.Join(
        ", ",
        Try("tcp", AddressFamily.InterNetwork, SocketType.Stream),
        Try("udp6", AddressFamily.InterNetworkV6, SocketType.Dgram),
        Try("raw", AddressFamily.InterNetwork, SocketType.Raw),
        Try("unix", AddressFamily.Unix, SocketType.Stream),
        Try("listen", AddressFamily.InterNetwork, SocketType.Stream, s =>
        {
            s.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            s.Listen();
        }));

    public static string Signals() => string.Join(
        ", ",
        $"self {Result(SendSignal(Environment.ProcessId, 0))}",
        $"parent {Result(SendSignal(ParentId(), 0))}",
        $"group {Result(SendSignal(0, 0))}",
        $"everybody {Result(SendSignal(-1, 0))}");

    public static unsafe string Undo()
    {
        var unlimited = stackalloc ulong[] { ulong.MaxValue, ulong.MaxValue };
        return string.Join(
            ", ",
            $"limit {Result(SetLimit(2, unlimited))}",
            $"dumpable {Result(ProcessControl(4, 1, 0, 0, 0))}",
            $"parent's death {Result(ProcessControl(1, 0, 0, 0, 0))}",
            $"group {Result(SetGroup(0, ParentId()))}");
    }

    public static string BigFile(string folder)
    {
        using var file = File.Create(Path.Combine(folder, "big"), bufferSize: 0);
        var block = new byte[1 << 20];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
        {
            return $"refused after {file.Length} bytes";
        }
    }

    public static string ManyFiles(string folder)
    {
        var files = new List<FileStream>();
        try
        {
            while (files.Count < 100_000)
                files.Add(File.Create(Path.Combine(folder, files.Count.ToString(CultureInfo.InvariantCulture))));
            return "never refused";
        }
        catch (IOException)
        {
            return $"refused after {files.Count}";
        }
    }

    public static unsafe string Allocate()
    {
        const int Block = 16 << 20;
        var blocks = 0L;
        // The memory is never touched: it is the promise that is limited. 64 GiB would be far past any limit a test sets.
        for (; blocks < 4096; blocks++)
        {
            try
            {
                NativeMemory.Alloc(Block);
            }
            catch (OutOfMemoryException)
            {
                break;
            }
        }

        return $"refused after {blocks * Block >> 20} MiB";
    }

    public static string Descriptor(string number) =>
        new FileInfo($"/proc/self/fd/{number}").LinkTarget is { } target && target.StartsWith("pipe:", StringComparison.Ordinal) ? "open" : "closed";

    /// <summary>Starts a host that waits, with this process's stdout, and waits with it. This is the main thread, which lives as long as the process.</summary>
    public static string SpawnAndWait()
    {
        using var host = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(Attempts).Assembly.Location, "wait"]));
        return Wait();
    }

    public static string Wait()
    {
        Thread.Sleep(Timeout.Infinite);
        return "";
    }

    private static string Try(string name, AddressFamily family, SocketType type, Action<Socket>? then = null)
    {
        try
        {
            using var socket = new Socket(family, type, ProtocolType.Unspecified);
            then?.Invoke(socket);
            return $"{name} ok";
        }
        catch (SocketException e)
        {
            return $"{name} {e.SocketErrorCode}";
        }
    }

    private static string Result(int returned) => returned == -1 ? $"error {Marshal.GetLastPInvokeError()}" : "ok";

    [LibraryImport("libc", EntryPoint = "fork", SetLastError = true)]
    private static partial int ForkProcess();

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void LeaveProcess(int code);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static unsafe partial int SetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "setpgid", SetLastError = true)]
    private static partial int SetGroup(int process, int group);
}
