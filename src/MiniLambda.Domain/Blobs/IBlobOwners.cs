namespace MiniLambda.Domain.Blobs;

/// <summary>Who may name a blob: a tenant, or a worker.</summary>
public readonly record struct BlobOwner
{
    private BlobOwner(string kind, string name) => (Kind, Name) = (kind, name);

    private string Kind { get; }

    /// <summary>Of the tenant or the worker.</summary>
    public string Name { get; }

    public bool IsTenant => Kind == "tenant";

    public static BlobOwner OfTenant(string tenant) => new("tenant", tenant);

    public static BlobOwner OfWorker(string worker) => new("worker", worker);

    /// <summary>As it is stored: <c>tenant:T</c> or <c>worker:NAME</c>.</summary>
    public override string ToString() => $"{Kind}:{Name}";
}

/// <summary>
/// Who uploaded which blob. A digest by itself opens nothing: equal bytes are stored once, but only who sent them, or has a function or a job that names
/// them, may name them again. Every method may throw <see cref="IOException"/> when the disk fails.
/// </summary>
public interface IBlobOwners
{
    /// <summary>Notes that an owner sent a blob. Completes when it is on disk.</summary>
    Task AddAsync(BlobDigest blob, BlobOwner owner, CancellationToken cancellationToken);

    /// <summary>
    /// Whether an owner sent a blob; for a tenant also whether it is the module of a function of its own that is not deleted, or the input or the result of
    /// a job of its own.
    /// </summary>
    /// <param name="functions">Patterns that those functions must match (see <see cref="Access.FunctionPatterns"/>); none = all.</param>
    ValueTask<bool> OwnsAsync(BlobDigest blob, BlobOwner owner, IReadOnlyList<string> functions, CancellationToken cancellationToken);

    /// <summary>Forgets who sent a blob that is about to be removed; returns them as they are stored, for the case that it is not.</summary>
    Task<IReadOnlyList<string>> ForgetAsync(BlobDigest blob, CancellationToken cancellationToken);

    /// <summary>Takes <see cref="ForgetAsync"/> back.</summary>
    Task RestoreAsync(BlobDigest blob, IReadOnlyList<string> owners, CancellationToken cancellationToken);
}
