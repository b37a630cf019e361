using MiniLambda.Domain.Functions;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>What of a module's outline decides how it is loaded and within what it runs.</summary>
/// <param name="Memories">Linear memories that its code defines; of a component, those of all core modules in it.</param>
/// <param name="MemoryBytes">What these begin with, together.</param>
internal sealed record GuestShape(ModuleKind Kind, int Memories, long MemoryBytes)
{
    private const double PageBytes = 64 << 10;

    public static GuestShape Of(ModuleFacts facts) => new(
        facts.Kind, facts.Memories.Count,
        // Bounds are told by the module and may be anything; no sum of them is more than can be said.
        (long)Math.Min(facts.Memories.Sum(m => m.MinPages * PageBytes), long.MaxValue / 2));
}
