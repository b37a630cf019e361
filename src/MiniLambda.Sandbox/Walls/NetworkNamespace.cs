using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>
/// A network of its own, with nothing in it, for a host. A process with several threads cannot leave the network it started in, so another program
/// (util-linux <c>unshare</c>) does it before the host is loaded.
/// </summary>
internal static class NetworkNamespace
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    private static readonly string[] Programs = ["/usr/bin/unshare", "/bin/unshare"];

    private static readonly Lazy<(string File, string[] Prefix)?> Found = new(Probe);

    /// <summary>
    /// What to put before a host's command line; null where the kernel or the distribution does not permit it. Tried once; later calls cost nothing.
    /// The file takes the place of the program, the prefix and then the program come before the arguments. The process id stays that of the host.
    /// </summary>
    public static (string File, string[] Prefix)? Find() => Found.Value;

    /// <summary>Whether this process has another network than its parent.</summary>
    [SupportedOSPlatform("linux")]
    public static (bool IsOwn, string Detail) Describe()
    {
        var own = LinkOf("/proc/self/ns/net");
        if (own is null)
            return (false, "no network namespaces here");
        if (LinkOf($"/proc/{Libc.ParentId()}/ns/net") is { } parents)
            return own == parents ? (false, "the parent's network") : (true, "own network namespace");
        // The parent may not be looked at from within an own user namespace. A new network has nothing that is up, not even the loopback.
        return IsEmpty() ? (true, "own network namespace, nothing in it") : (false, "the parent's network namespace cannot be read");
    }

    private static bool IsEmpty()
    {
        try
        {
            var interfaces = File.ReadLines("/proc/self/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim());
            // The table of local addresses has an entry for the loopback as soon as that is up.
            return interfaces.All(name => name == "lo") && !File.ReadAllText("/proc/self/net/fib_trie").Contains("127.", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static (string File, string[] Prefix)? Probe()
    {
        if (!OperatingSystem.IsLinux() || LinkOf("/proc/self/ns/net") is not { } own)
            return null;
        var file = Programs.FirstOrDefault(File.Exists);
        if (file is null)
            return null;
        string[] prefix = Environment.IsPrivilegedProcess ? ["--net", "--"] : ["--user", "--map-current-user", "--net", "--"];
        return Within(file, prefix) is { } other && other != own ? (file, prefix) : null;
    }

    private static string? Within(string file, string[] prefix)
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(file, [.. prefix, "readlink", "/proc/self/ns/net"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            probe.StandardInput.Close();
            if (!probe.WaitForExit(ProbeLimit))
                probe.Kill();
            return probe.HasExited && probe.ExitCode == 0 ? probe.StandardOutput.ReadToEnd().Trim() : null;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
