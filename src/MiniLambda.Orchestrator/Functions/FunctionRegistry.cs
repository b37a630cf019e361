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
        Caller caller, string manifest, string moduleDigest, CancellationToken cancellationToken)
    {
        if (!BlobDigest.TryParse(moduleDigest, out var module))
            throw Refused.Invalid("MODULE_NOT_UPLOADED", $"'{moduleDigest}' is not a SHA-256 digest");
        var outcome = await catalog.PushAsync(caller, manifest, module, cancellationToken);
        if (outcome.Function is not { } function)
            throw new RefusedException(KindOf(outcome.Reason), outcome.Reason, outcome.Message);
        if (outcome.Created)
            fleet.Prefetch(function);
        return (function, outcome.Created);
    }

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
