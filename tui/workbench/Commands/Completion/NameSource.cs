namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>Where the names come from that a word may be.</summary>
[Flags]
internal enum NameSource
{
    None = 0,
    Functions = 1,

    /// <summary>All jobs, the newest first.</summary>
    Jobs = 2,

    /// <summary>Jobs without an outcome.</summary>
    OpenJobs = 4,

    /// <summary>Jobs with their outcome.</summary>
    EndedJobs = 8,

    /// <summary>Jobs of the dead-letter list.</summary>
    DeadJobs = 16,

    Workers = 32,
    Contexts = 64,
    Files = 128,
    Folders = 256,
    Tokens = 512,

    /// <summary>What only the cluster knows.</summary>
    Cluster = Functions | Jobs | OpenJobs | EndedJobs | DeadJobs | Workers | Tokens,
}
