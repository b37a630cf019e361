using System.Security.Cryptography;
using MiniLambda.Client.Streams;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Blobs;

/// <summary>Fetches blobs, a piece at a time.</summary>
public static class BlobDownload
{
    /// <summary>Writes a blob's bytes; a download that breaks goes on where it was.</summary>
    /// <exception cref="ApiException">There is no such blob, it is damaged, or the orchestrator stayed away for too long.</exception>
    /// <exception cref="InvalidDataException">What came has another digest: what was written is not to be used.</exception>
    public static async Task DownloadAsync(this BlobService.BlobServiceClient blobs, string digest, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var request = new DownloadBlobRequest { Digest = digest };
        await foreach (var piece in ResumedStream.ReadAsync(() => blobs.Download(request, cancellationToken: cancellationToken), cancellationToken))
        {
            hash.AppendData(piece.Data.Span);
            await target.WriteAsync(piece.Data.Memory, cancellationToken);
            request.Offset = piece.Offset + piece.Data.Length;
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (found != digest)
            throw new InvalidDataException($"what came of blob {digest} has the digest {found}");
    }
}
