namespace MiniLambda.Sandbox.Walls;

/// <summary>One thing that a sandbox host cannot do, or a limit that it cannot pass.</summary>
/// <param name="Name">Stable: one of <see cref="WallNames"/>.</param>
/// <param name="InForce">Seen to hold, not only asked for.</param>
/// <param name="Detail">One line for people: what holds, or why it does not.</param>
public sealed record Wall(string Name, bool InForce, string Detail);

/// <summary>The walls there are, in the order in which they are told.</summary>
public static class WallNames
{
    public const string NoNewPrivileges = "no-new-privs";
    public const string DiesWithParent = "dies-with-parent";
    public const string ProcessGroup = "process-group";
    public const string CoreDumps = "core-dumps";
    public const string Memory = "memory";
    public const string FileSize = "file-size";
    public const string OpenFiles = "open-files";
    public const string Processes = "processes";
    public const string Seccomp = "seccomp";
    public const string Network = "network";
    public const string Environment = "environment";
    public const string Descriptors = "descriptors";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        NoNewPrivileges, DiesWithParent, ProcessGroup, CoreDumps, Memory, FileSize, OpenFiles, Processes, Seccomp, Network, Environment, Descriptors,
    ];
}
