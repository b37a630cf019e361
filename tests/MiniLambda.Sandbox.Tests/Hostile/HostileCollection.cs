namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>These look at the processes, memory and descriptors of this very process, so nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HostileCollection
{
    public const string Name = "Hostile";

    /// <summary>The trait by which <c>just hostile</c> finds them.</summary>
    public const string Category = "Category";
}
