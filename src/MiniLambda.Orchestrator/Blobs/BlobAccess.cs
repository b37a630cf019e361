using MiniLambda.Domain.Access;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Blobs;

/// <summary>
/// Who may send, fetch and name which blob. A tenant: what it sent, and what its functions and jobs name. A worker: what its leases name, and what it
/// sent. For everybody else a blob is as if it were not there, so that it is simply sent again and stored once.
/// </summary>
internal sealed class BlobAccess(IBlobStore blobs, IBlobOwners owners, Fleet fleet, OrchestratorOptions options)
{
    /// <summary>Takes in a blob.</summary>
    /// <param name="size">The bytes that were announced; one that sends more is stopped there.</param>
    /// <exception cref="RefusedException">It is too large, broke off, or is not what its digest says.</exception>
    public async Task<BlobPutResult> UploadAsync(
        Caller caller, string digest, long size, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        var expected = Parse(digest);
        var limit = Math.Max(options.MaxModuleBytes, options.MaxInputBytes);
        if (size > limit)
            throw Refused.Invalid("BLOB_TOO_LARGE", $"more than {ByteSize.Format(limit)} are not accepted");
        var put = await blobs.PutAsync(content, expected, size, cancellationToken);
        switch (put.Status)
        {
            case BlobPutStatus.TooLarge:
                throw Refused.Invalid("BLOB_TOO_LARGE", $"the upload has more than the {size} bytes it announced");
            case BlobPutStatus.DigestMismatch when put.Size < size:
                throw Refused.Invalid("BLOB_INCOMPLETE", $"the upload broke off after {put.Size} of {size} bytes; nothing was kept");
            case BlobPutStatus.DigestMismatch:
                throw Refused.Invalid("BLOB_DIGEST_MISMATCH", $"the upload's digest is {put.Digest.Short}…, not {expected.Short}…; nothing was kept");
        }

        await owners.AddAsync(put.Digest, OwnerOf(caller), cancellationToken);
        return put;
    }

    /// <summary>The size of a blob that a caller may fetch or name.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public async ValueTask<long> StatAsync(Caller caller, string digest, CancellationToken cancellationToken)
    {
        var blob = Parse(digest);
        // Who hears that it is there does not send it again, and must find it there when naming it.
        return (IsNeeded(caller, blob) || await MayNameAsync(caller, blob, cancellationToken) ? blobs.Hold(blob) : null) ?? throw Refused.BlobNotFound(digest);
    }

    /// <summary>A blob that a caller may fetch from an offset on.</summary>
    /// <exception cref="RefusedException">There is none, or the offset is outside.</exception>
    public async ValueTask<BlobDigest> FindAsync(Caller caller, string digest, long offset, CancellationToken cancellationToken)
    {
        var blob = Parse(digest);
        var may = caller.Role == Role.Worker ? IsNeeded(caller, blob) : await MayNameAsync(caller, blob, cancellationToken);
        var size = (may ? blobs.FindSize(blob) : null) ?? throw Refused.BlobNotFound(digest);
        return offset < 0 || offset > size ? throw Refused.OutOfRange($"offset {offset} is outside the blob's {size} bytes") : blob;
    }

    /// <summary>
    /// As <see cref="IBlobStore.Hold"/>, for a caller that is about to name the blob; null also when it may not. A worker may name what it sent itself, it
    /// or an earlier process of it; who is over all tenants may name any.
    /// </summary>
    public async ValueTask<long?> HoldAsync(Caller caller, BlobDigest blob, CancellationToken cancellationToken) =>
        await MayNameAsync(caller, blob, cancellationToken) ? blobs.Hold(blob) : null;

    private async ValueTask<bool> MayNameAsync(Caller caller, BlobDigest blob, CancellationToken cancellationToken)
    {
        if (caller.Role != Role.Worker && caller is { View: null, Functions.Count: 0 })
            return true;
        return await owners.OwnsAsync(blob, OwnerOf(caller), caller.Functions, cancellationToken);
    }

    private bool IsNeeded(Caller caller, BlobDigest blob) => caller.WorkerName is { } worker && fleet.Needs(worker, blob);

    private static BlobOwner OwnerOf(Caller caller) =>
        caller.WorkerName is { } worker ? BlobOwner.OfWorker(worker) : BlobOwner.OfTenant(caller.Tenant);

    private static BlobDigest Parse(string text) => BlobDigest.TryParse(text, out var digest)
        ? digest
        : throw Refused.Invalid("BLOB_NOT_FOUND", $"'{Printable.Of(text)}' is not a SHA-256 digest");
}
