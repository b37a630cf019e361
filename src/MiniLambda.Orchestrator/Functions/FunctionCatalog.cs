using System.Collections.Concurrent;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;

namespace MiniLambda.Orchestrator.Functions;

/// <summary>The registry's rules: what may be pushed, and which version a caller means.</summary>
internal sealed class FunctionCatalog(IFunctionStore store, BlobAccess blobs, ModuleOutlines outlines, ResourceClasses classes, SignaturePolicy signatures,
    TimeProvider clock)
{
    /// <summary>As many as there may be in use: one that is not here is read from the store for each of its jobs.</summary>
    private const int MaxResolved = 10_000;

    private readonly ConcurrentDictionary<(string Tenant, FunctionReference Reference), FunctionVersion> _resolved = new();
    private int _generation;

    /// <summary>The version that a caller means; null when there is none (any more).</summary>
    public async ValueTask<FunctionVersion?> FindAsync(string tenant, FunctionReference reference, CancellationToken cancellationToken)
    {
        // Every submission asks this; the registry changes rarely, and only through this class.
        if (_resolved.TryGetValue((tenant, reference), out var known))
            return known;
        var generation = Volatile.Read(ref _generation);
        var found = await store.FindAsync(tenant, reference, cancellationToken);
        if (found is null)
            return null;
        if (_resolved.Count >= MaxResolved)
            _resolved.Clear();
        _resolved[(tenant, reference)] = found;
        // A push or delete that came between may have cleared the cache just before this stale entry went in.
        if (generation != Volatile.Read(ref _generation))
            _resolved.TryRemove((tenant, reference), out _);
        return found;
    }

    /// <summary>Removes one version or a whole function of a tenant; returns how many versions went.</summary>
    public async Task<int> DeleteAsync(string tenant, FunctionReference reference, CancellationToken cancellationToken)
    {
        var deleted = await store.DeleteAsync(tenant, reference, cancellationToken);
        Forget();
        return deleted;
    }

    /// <summary>The version that an accepted job runs, also when it was deleted since.</summary>
    /// <exception cref="InvalidOperationException">The store lost it.</exception>
    public async ValueTask<FunctionVersion> GetForJobAsync(string tenant, FunctionName name, int version, CancellationToken cancellationToken) =>
        await store.FindForJobAsync(tenant, name, version, cancellationToken)
            ?? throw new InvalidOperationException($"function {name}@{version} of tenant '{tenant}' is named by a job but not in the store");

    /// <summary>What a job of a version runs: its manifest under the job's own settings, with what its resource class gives.</summary>
    public FunctionManifest ManifestOf(FunctionVersion function, JobOverrides overrides) =>
        signatures.Apply(classes.Apply(overrides.ApplyTo(function.Manifest)));

    /// <summary>Makes a version of an uploaded module, or says everything that is wrong with it. A refused module that nobody else names is swept later.</summary>
    public async Task<PushOutcome> PushAsync(
        Caller caller, string manifestToml, BlobDigest module, IReadOnlyCollection<Contracts.V1.ModuleSignature> signed, CancellationToken cancellationToken)
    {
        var reading = ManifestToml.Read(manifestToml, "minilambda.toml");
        if (reading.Manifest is not { } manifest)
            return PushOutcome.Refused("MANIFEST_INVALID", string.Join('\n', reading.Errors));

        if (classes.Problems(manifest).ToList() is { Count: > 0 } problems)
            return PushOutcome.Refused("MANIFEST_INVALID", string.Join('\n', problems.Select(p => $"minilambda.toml: {p}")));

        if (!caller.MayName(manifest.Name.Value))
            return PushOutcome.Refused("ROLE_FORBIDDEN", $"this token is for other functions than '{manifest.Name}'");
        if (caller.Functions.Count > 0 && await GrantedAnewAsync(caller, manifest, cancellationToken) is { } secret)
            return PushOutcome.Refused("ROLE_FORBIDDEN", $"this token is confined to some functions, and may grant them no secret that they do not have: '{secret}'");
        if (await blobs.HoldAsync(caller, module, cancellationToken) is not { } size)
            return PushOutcome.Refused("MODULE_NOT_UPLOADED", $"module {module.Short} was not uploaded");
        if (await ProblemAsync(module, manifest.Entry, cancellationToken) is { } problem)
            return PushOutcome.Refused("MODULE_INVALID", $"module of '{manifest.Name}' {problem}");

        var (kept, reason, message) = signatures.Check(manifest.Name, module, manifestToml, signed);
        if (reason.Length > 0)
            return PushOutcome.Refused(reason, message);

        var (function, created) = await store.PushAsync(caller.Tenant, manifest, manifestToml, module, size, clock.GetUtcNow(), cancellationToken, kept);
        Forget();
        return new PushOutcome(function, created, "", "");
    }

    /// <summary>A secret that a manifest grants and the newest version's does not; null when there is none.</summary>
    private async Task<string?> GrantedAnewAsync(Caller caller, FunctionManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Secrets.Count == 0)
            return null;
        var newest = await store.FindAsync(caller.Tenant, new FunctionReference(manifest.Name, null), cancellationToken);
        return manifest.Secrets.Values.FirstOrDefault(name => newest?.Manifest.Secrets.Values.Contains(name) != true);
    }

    private void Forget()
    {
        Interlocked.Increment(ref _generation);
        _resolved.Clear();
    }

    private async Task<string?> ProblemAsync(BlobDigest module, string entry, CancellationToken cancellationToken)
    {
        try
        {
            if (await outlines.InspectAsync(module, cancellationToken) is not { } facts)
                return "is gone";
            var problems = ModuleRules.Problems(facts, entry);
            return problems.Count == 0 ? null : string.Join("; ", problems);
        }
        catch (ModuleFormatException e)
        {
            return e.Message;
        }
    }
}

/// <summary>What became of a push.</summary>
/// <param name="Reason">Machine-readable, when <paramref name="Function"/> is null.</param>
/// <param name="Message">For people, when <paramref name="Function"/> is null.</param>
internal sealed record PushOutcome(FunctionVersion? Function, bool Created, string Reason, string Message)
{
    public static PushOutcome Refused(string reason, string message) => new(null, false, reason, message);
}
