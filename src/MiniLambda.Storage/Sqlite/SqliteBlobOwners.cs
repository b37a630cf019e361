using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Who sent which blob, on SQLite.</summary>
public sealed class SqliteBlobOwners(SqliteDatabase database) : IBlobOwners
{
    /// <inheritdoc/>
    public Task AddAsync(BlobDigest blob, BlobOwner owner, CancellationToken cancellationToken) =>
        database.WriteAsync(session => BlobOwnerRows.Add(session, blob, owner.ToString()), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> OwnsAsync(BlobDigest blob, BlobOwner owner, IReadOnlyList<string> functions, CancellationToken cancellationToken) =>
        database.ReadAsync(session => BlobOwnerRows.Owns(session, blob, owner, functions), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ForgetAsync(BlobDigest blob, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<string>>(session => BlobOwnerRows.Remove(session, blob), cancellationToken, isUrgent: false);

    /// <inheritdoc/>
    public Task RestoreAsync(BlobDigest blob, IReadOnlyList<string> owners, CancellationToken cancellationToken) =>
        database.WriteAsync(session => owners.Sum(owner => BlobOwnerRows.Add(session, blob, owner)), cancellationToken);
}
