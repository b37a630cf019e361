using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Domain.Functions;

/// <summary>One immutable version of a function.</summary>
/// <param name="Version">From 1; never used again, also not after the function was deleted.</param>
/// <param name="ManifestToml">The manifest as it was handed in.</param>
/// <param name="Manifest">The same, read.</param>
public sealed record FunctionVersion(
    FunctionName Name, int Version, BlobDigest Module, long ModuleSize, string ManifestToml, FunctionManifest Manifest, DateTimeOffset CreatedAt)
{
    public IReadOnlyList<FunctionSignature> Signatures { get; init; } = [];
}

/// <summary>That somebody stands for a version's module under its name with its manifest.</summary>
/// <param name="KeyId">SHA-256 of the signer's public key, 64 hexadecimal digits.</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256, DER.</param>
/// <param name="ManifestDigest">SHA-256 of the manifest's text, 64 hexadecimal digits.</param>
public sealed record FunctionSignature(string KeyId, byte[] Signature, string ManifestDigest);

/// <summary>Durable functions and their versions.</summary>
public interface IFunctionStore
{
    /// <summary>
    /// Makes the next version and returns it with <c>Created = true</c>; or, when module and manifest text equal those of the newest version,
    /// returns that one, with the signatures that it had and those that are new, with <c>Created = false</c>.
    /// </summary>
    /// <param name="signatures">Those that were checked.</param>
    Task<(FunctionVersion Function, bool Created)> PushAsync(
        FunctionManifest manifest, string manifestToml, BlobDigest module, long moduleSize, DateTimeOffset now, CancellationToken cancellationToken,
        IReadOnlyList<FunctionSignature>? signatures = null);

    /// <summary>The version, or the newest; null when there is none.</summary>
    ValueTask<FunctionVersion?> FindAsync(FunctionReference reference, CancellationToken cancellationToken);

    /// <summary>A version that an accepted job names, also when it was deleted since; null when there never was one.</summary>
    ValueTask<FunctionVersion?> FindForJobAsync(FunctionName name, int version, CancellationToken cancellationToken);

    /// <summary>The newest version of every function, by name. Throws <see cref="FormatException"/> for a page token that is not this list's.</summary>
    ValueTask<Page<FunctionVersion>> ListAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>The versions of one function, newest first.</summary>
    ValueTask<Page<FunctionVersion>> ListVersionsAsync(FunctionName name, PageRequest page, CancellationToken cancellationToken);

    /// <summary>
    /// Removes one version, or all of a function. Jobs already accepted keep their own copy of what they run. Returns how many versions went.
    /// </summary>
    Task<int> DeleteAsync(FunctionReference reference, CancellationToken cancellationToken);

    /// <summary>Whether a blob is the module of any version of any function or of any job that is unfinished or in the dead-letter list, or a job's input or result.</summary>
    ValueTask<bool> IsNamedAsync(BlobDigest blob, CancellationToken cancellationToken);
}
