namespace MiniLambda.Orchestrator.Tests;

/// <summary>Tests that need the whole machine: none runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
