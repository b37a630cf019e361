using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Domain.Functions;

/// <summary>One immutable version of a function.</summary>
/// <param name="Tenant">Who it belongs to: names are each tenant's own.</param>
/// <param name="Version">From 1; never used again, also not after the function was deleted.</param>
/// <param name="ManifestToml">The manifest as it was handed in.</param>
/// <param name="Manifest">The same, read.</param>
public sealed record FunctionVersion(
    string Tenant, FunctionName Name, int Version, BlobDigest Module, long ModuleSize, string ManifestToml, FunctionManifest Manifest, DateTimeOffset CreatedAt)
{
    public IReadOnlyList<FunctionSignature> Signatures { get; init; } = [];
}

/// <summary>That somebody stands for a version's module under its name with its manifest.</summary>
/// <param name="KeyId">SHA-256 of the signer's public key, 64 hexadecimal digits.</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256, DER.</param>
/// <param name="ManifestDigest">SHA-256 of the manifest's text, 64 hexadecimal digits.</param>
public sealed record FunctionSignature(string KeyId, byte[] Signature, string ManifestDigest);

/// <summary>Durable functions and their versions, each tenant's apart from those of others.</summary>
public interface IFunctionStore
{
    /// <summary>
    /// Makes the next version and returns it with <c>Created = true</c>; or, when module and manifest text equal those of the newest version,
    /// returns that one, with the signatures that it had and those that are new, with <c>Created = false</c>.
    /// </summary>
    /// <param name="signatures">Those that were checked.</param>
    Task<(FunctionVersion Function, bool Created)> PushAsync(
        string tenant, FunctionManifest manifest, string manifestToml, BlobDigest module, long moduleSize, DateTimeOffset now,
        CancellationToken cancellationToken, IReadOnlyList<FunctionSignature>? signatures = null);

    /// <summary>The version, or the newest; null when there is none.</summary>
    ValueTask<FunctionVersion?> FindAsync(string tenant, FunctionReference reference, CancellationToken cancellationToken);

    /// <summary>A version that an accepted job names, also when it was deleted since; null when there never was one.</summary>
    ValueTask<FunctionVersion?> FindForJobAsync(string tenant, FunctionName name, int version, CancellationToken cancellationToken);

    /// <summary>
    /// The newest version of every function of a tenant, or of all, by name. Throws <see cref="FormatException"/> for a page token that is not this list's.
    /// </summary>
    /// <param name="tenant">Null = all.</param>
    /// <param name="functions">Patterns that the names must match (see <see cref="Access.FunctionPatterns"/>); none = all.</param>
    ValueTask<Page<FunctionVersion>> ListAsync(string? tenant, IReadOnlyList<string> functions, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The versions of one function, newest first.</summary>
    ValueTask<Page<FunctionVersion>> ListVersionsAsync(string tenant, FunctionName name, PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Removes one version, or all of a function. Jobs already accepted keep their own copy of what they run. Returns how many versions went.
    /// </summary>
    Task<int> DeleteAsync(string tenant, FunctionReference reference, CancellationToken cancellationToken);

    /// <summary>Whether a blob is the module of any version of any function or of any job that is unfinished or in the dead-letter list, or a job's input or result.</summary>
    ValueTask<bool> IsNamedAsync(BlobDigest blob, CancellationToken cancellationToken);
}
