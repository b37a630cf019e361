using MiniLambda.Domain.Access;

namespace MiniLambda.Domain.Workers;

/// <summary>What the owner of a worker lets it run. None of a kind is no limit of that kind.</summary>
public sealed record OwnerPins
{
    /// <summary>Patterns of functions; see <see cref="FunctionPatterns"/>.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>Patterns of functions that must be signed.</summary>
    public IReadOnlyList<string> RequireSignature { get; init; } = [];

    /// <summary>Key ids that a signature counts of.</summary>
    public IReadOnlyList<string> Signers { get; init; } = [];

    public static OwnerPins None { get; } = new();

    public bool IsEmpty => Functions.Count == 0 && Tenants.Count == 0 && RequireSignature.Count == 0;

    /// <summary>Why a job may not run there, in words that follow the worker's name; null when it may.</summary>
    /// <param name="signers">Key ids of those who signed the function.</param>
    public string? Refusal(string function, string tenant, IReadOnlyList<string> signers)
    {
        if (!FunctionPatterns.Matches(Functions, function))
            return $"runs only functions {string.Join(", ", Functions)}: its owner wants it so";
        if (Tenants.Count > 0 && !Tenants.Contains(tenant))
            return $"runs only jobs of {(Tenants.Count == 1 ? "tenant" : "tenants")} {string.Join(", ", Tenants)}: its owner wants it so";
        if (RequireSignature.Count > 0 && FunctionPatterns.Matches(RequireSignature, function) && !signers.Any(Signers.Contains))
            return $"runs '{function}' only when a signer that its owner trusts signed it; {(signers.Count == 0 ? "nobody did" : "none of them did")}";
        return null;
    }
}
