using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Paging;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Functions;

/// <summary>What callers see and change of the functions of their tenant.</summary>
internal sealed class FunctionRegistry(FunctionCatalog catalog, IFunctionStore store, ModuleOutlines outlines, Fleet fleet)
{
    /// <summary>Makes a new version, or finds the standing one.</summary>
    /// <exception cref="RefusedException">Manifest or module are not accepted.</exception>
    public async Task<(FunctionVersion Function, bool Created)> PushAsync(
        Caller caller, string manifest, string moduleDigest, IReadOnlyCollection<Contracts.V1.ModuleSignature> signatures, CancellationToken cancellationToken)
    {
        if (!BlobDigest.TryParse(moduleDigest, out var module))
            throw Refused.Invalid("MODULE_NOT_UPLOADED", $"'{moduleDigest}' is not a SHA-256 digest");
        var outcome = await catalog.PushAsync(caller, manifest, module, signatures, cancellationToken);
        if (outcome.Function is not { } function)
            throw new RefusedException(KindOf(outcome.Reason), outcome.Reason, outcome.Message);
        if (outcome.Created)
            fleet.Prefetch(function);
        return (function, outcome.Created);
    }

    /// <summary>
    /// Makes a new version of a function out of a module alone: with the manifest of the newest version, or of a new function the least that there may be.
    /// </summary>
    /// <exception cref="RefusedException">That is not a name, or the module is not accepted.</exception>
    public async Task<(FunctionVersion Function, bool Created)> PushModuleAsync(
        Caller caller, string name, BlobDigest module, CancellationToken cancellationToken)
    {
        var known = Reference(caller, name, 0);
        var manifest = (await store.FindAsync(caller.Tenant, known, cancellationToken))?.ManifestToml ?? $"name = \"{known.Name}\"\nmodule = \"{known.Name}.wasm\"\n";
        return await PushAsync(caller, manifest, module.Hex, [], cancellationToken);
    }

    /// <summary>Makes a new version of a function out of a manifest alone, with the module of the newest version.</summary>
    /// <exception cref="RefusedException">There is no such function, or the manifest is not accepted.</exception>
    public async Task<(FunctionVersion Function, bool Created)> PushManifestAsync(
        Caller caller, string name, string manifest, CancellationToken cancellationToken)
    {
        var reference = Reference(caller, name, 0);
        var newest = await store.FindAsync(caller.Tenant, reference, cancellationToken) ?? throw Refused.FunctionNotFound(reference);
        if (ManifestToml.Read(manifest, "minilambda.toml").Manifest is { } read && read.Name != newest.Name)
            throw Refused.Invalid("MANIFEST_INVALID", $"this manifest is of '{read.Name}', not of '{newest.Name}'");
        return await PushAsync(caller, manifest, newest.Module.Hex, [], cancellationToken);
    }

    /// <summary>Whether that is the name of a function that a caller may name.</summary>
    /// <exception cref="RefusedException">It is not.</exception>
    public static void DemandName(Caller caller, string name) => Reference(caller, name, 0);

    /// <summary>One version, or the newest, with what its module says of itself where that can be read.</summary>
    /// <param name="version">0 = the newest.</param>
    /// <exception cref="RefusedException">There is none.</exception>
    public async Task<(FunctionVersion Function, ModuleSummary? Outline)> GetAsync(
        Caller caller, string name, int version, CancellationToken cancellationToken)
    {
        var reference = Reference(caller, name, version);
        var function = await store.FindAsync(caller.Tenant, reference, cancellationToken) ?? throw Refused.FunctionNotFound(reference);
        return (function, await outlines.FindAsync(function.Module, cancellationToken));
    }

    /// <summary>The newest version of each function.</summary>
    /// <exception cref="FormatException">The page token is not this list's.</exception>
    public ValueTask<Page<FunctionVersion>> ListAsync(Caller caller, PageRequest page, CancellationToken cancellationToken) =>
        store.ListAsync(caller.View, caller.Functions, page, cancellationToken);

    /// <summary>The versions of one function, newest first.</summary>
    /// <exception cref="RefusedException">That is not a name, or not for this caller.</exception>
    /// <exception cref="FormatException">The page token is not this list's.</exception>
    public ValueTask<Page<FunctionVersion>> ListVersionsAsync(Caller caller, string name, PageRequest page, CancellationToken cancellationToken) =>
        FunctionName.TryParse(name, out var known) && !caller.MayName(known.Value)
            ? ValueTask.FromResult(new Page<FunctionVersion>([], ""))
            : store.ListVersionsAsync(caller.Tenant, Reference(caller, name, 0).Name, page, cancellationToken);

    /// <summary>Removes one version, or all.</summary>
    /// <param name="version">0 = all.</param>
    /// <returns>How many versions went.</returns>
    /// <exception cref="RefusedException">There is none.</exception>
    public async Task<int> DeleteAsync(Caller caller, string name, int version, CancellationToken cancellationToken)
    {
        var reference = Reference(caller, name, version);
        var deleted = await catalog.DeleteAsync(caller.Tenant, reference, cancellationToken);
        return deleted > 0 ? deleted : throw Refused.FunctionNotFound(reference);
    }

    private static FunctionReference Reference(Caller caller, string name, int version)
    {
        if (!FunctionName.TryParse(name, out var parsed) || version < 0)
            throw Refused.FunctionNotFound(name);
        var reference = new FunctionReference(parsed, version == 0 ? null : version);
        return caller.MayName(parsed.Value) ? reference : throw Refused.FunctionNotFound(reference);
    }

    private static RefusalKind KindOf(string reason) => reason switch
    {
        "MODULE_NOT_UPLOADED" => RefusalKind.WrongState,
        "ROLE_FORBIDDEN" => RefusalKind.Forbidden,
        _ => RefusalKind.Invalid,
    };
}
