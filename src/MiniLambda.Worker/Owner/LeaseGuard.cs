using System.Collections.Concurrent;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Trust.Modules;
using OwnerPins = MiniLambda.Domain.Workers.OwnerPins;

namespace MiniLambda.Worker.Owner;

/// <summary>
/// Holds every lease against what this worker's owner lets it run, before anything is fetched for it. The orchestrator places by the same rules; this is
/// for one that does not.
/// </summary>
internal sealed class LeaseGuard(WorkerOptions options)
{
    private const int MaxRemembered = 1024;

    private readonly TrustedSigners _signers = new(options.TrustSigners);
    private readonly ConcurrentDictionary<(string Function, string Module), string[]> _remembered = new();

    public OwnerPins Pins => field ??= new OwnerPins
    {
        Functions = options.TrustFunctions,
        Tenants = options.TrustTenants,
        RequireSignature = options.TrustRequireSignature,
        Signers = [.. _signers.Ids],
    };

    /// <summary>Why a lease is not taken, in words for people; null when it is.</summary>
    public string? Refusal(Lease lease)
    {
        if (lease.MissingSecrets.Count > 0)
            return $"{(lease.MissingSecrets.Count == 1 ? "the secret" : "the secrets")} {string.Join(", ", lease.MissingSecrets.Select(static name => $"'{name}'"))} of function '{lease.Function}' cannot be read any more: deleted, or sealed under a key that is gone";
        if (Refusal(lease.Function, lease.Tenant, lease.ModuleDigest, lease.Signatures) is { } refusal)
            return $"worker '{options.Name}' {refusal}";
        if (options.MaxMemoryBytes is { } memory && lease.Spec?.Memory > memory)
            return $"worker '{options.Name}' gives its functions {ByteSize.Format(memory)} of memory, not {ByteSize.Format(lease.Spec.Memory)}";
        return null;
    }

    /// <summary>Whether a module is fetched ahead of need.</summary>
    public bool Allows(PrefetchModule order) => Refusal(order.Function, order.Tenant, order.ModuleDigest, order.Signatures) is null;

    private string? Refusal(string function, string tenant, string module, IReadOnlyCollection<ModuleSignature> signatures) =>
        Pins.IsEmpty ? null : Pins.Refusal(function, tenant, SignersOf(function, module, signatures));

    // A signature is checked once, not for every job.
    private string[] SignersOf(string function, string module, IReadOnlyCollection<ModuleSignature> signatures)
    {
        if (signatures.Count == 0 || Pins.RequireSignature.Count == 0)
            return [];
        if (_remembered.TryGetValue((function, module), out var known))
            return known;
        var signers = signatures
            .Where(signed => _signers.Verify(signed.KeyId, new ModuleStatement(function, module, signed.ManifestDigest), signed.Signature.Span) is not null)
            .Select(static signed => signed.KeyId).ToArray();
        // What was not signed now may be later.
        if (signers.Length == 0)
            return signers;
        if (_remembered.Count >= MaxRemembered)
            _remembered.Clear();
        return _remembered[(function, module)] = signers;
    }
}
