namespace MiniLambda.Sandbox.Walls;

/// <summary>What a sandbox host is to be held to. A limit of 0 is not set.</summary>
internal sealed record WallSpec
{
    /// <summary>Private memory in bytes that the process may commit beyond what the runtime holds when the walls are raised.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>
    /// Size in bytes past which no file can be written. It also bounds what Wasmtime puts into memory files: the initial memory of a guest.
    /// </summary>
    public long FileBytes { get; init; }

    /// <summary>Descriptors that the process may open beyond those it has when the walls are raised. The runtime takes two for each assembly it loads later.</summary>
    public int OpenFiles { get; init; }

    /// <summary>Whether guests were granted the network: then internet sockets stay allowed, and nothing else.</summary>
    public bool Network { get; init; }

    /// <summary>0 to 19; above 0 the process gives way to every other one (for hosts that compile in the background).</summary>
    public int Niceness { get; init; }

    /// <summary>The process that started this one; 0 if not known. A host whose parent has gone before it looked ends at once.</summary>
    public int ParentId { get; init; }

    /// <summary>Descriptors above 2 that were handed to this process on purpose. Every other inherited one is closed.</summary>
    public IReadOnlyList<int> KeepDescriptors { get; init; } = [];
}
