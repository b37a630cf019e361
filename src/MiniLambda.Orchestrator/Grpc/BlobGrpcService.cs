using System.Runtime.CompilerServices;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Blobs over gRPC.</summary>
internal sealed class BlobGrpcService(IBlobStore blobs, OrchestratorOptions options, StreamLifetime lifetime) : BlobService.BlobServiceBase
{
    public override async Task<UploadBlobResponse> Upload(IAsyncStreamReader<UploadBlobRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.Header is not { } header)
            throw RpcErrors.Invalid("PROTOCOL_ERROR", "an upload's first message must be its header");
        var expected = ParseDigest(header.Digest);
        var limit = Math.Max(options.MaxModuleBytes, options.MaxInputBytes);
        if (header.Size > limit)
            throw TooLarge(limit);
        using var ending = lifetime.Link(context);
        // A sender that announces less than it sends is stopped at what it announced.
        var result = await blobs.PutAsync(ReadAsync(requestStream, ending.Token), expected, header.Size, ending.Token);
        return result.Status switch
        {
            BlobPutStatus.TooLarge => throw RpcErrors.Invalid("BLOB_TOO_LARGE", $"the upload has more than the {header.Size} bytes it announced"),
            BlobPutStatus.DigestMismatch when result.Size < header.Size =>
                throw RpcErrors.Invalid("BLOB_INCOMPLETE", $"the upload broke off after {result.Size} of {header.Size} bytes; nothing was kept"),
            BlobPutStatus.DigestMismatch =>
                throw RpcErrors.Invalid("BLOB_DIGEST_MISMATCH", $"the upload's digest is {result.Digest.Short}…, not {expected.Short}…; nothing was kept"),
            _ => new UploadBlobResponse { Digest = result.Digest.Hex, Size = result.Size },
        };
    }

    public override async Task Download(DownloadBlobRequest request, IServerStreamWriter<BlobChunk> responseStream, ServerCallContext context)
    {
        var digest = ParseDigest(request.Digest);
        var size = blobs.FindSize(digest) ?? throw RpcErrors.BlobNotFound(request.Digest);
        if (request.Offset < 0 || request.Offset > size)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"offset {request.Offset} is outside the blob's {size} bytes");
        using var ending = lifetime.Link(context);
        await BlobStreaming.SendAsync(
            blobs, digest, request.Offset,
            (offset, data) => responseStream.WriteAsync(new BlobChunk { Offset = offset, Data = data }, ending.Token), ending.Token);
    }

    public override Task<StatBlobResponse> Stat(StatBlobRequest request, ServerCallContext context)
    {
        // Who hears that it is there does not send it again, and must find it there when naming it.
        var size = blobs.Hold(ParseDigest(request.Digest)) ?? throw RpcErrors.BlobNotFound(request.Digest);
        return Task.FromResult(new StatBlobResponse { Size = size });
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        IAsyncStreamReader<UploadBlobRequest> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await stream.MoveNext(cancellationToken))
            yield return stream.Current.Data.Memory;
    }

    private static RpcException TooLarge(long limit) =>
        RpcErrors.Create(StatusCode.InvalidArgument, "BLOB_TOO_LARGE", $"more than {ByteSize.Format(limit)} are not accepted");

    private static BlobDigest ParseDigest(string text) =>
        BlobDigest.TryParse(text, out var digest) ? digest : throw RpcErrors.Invalid("BLOB_NOT_FOUND", $"'{text}' is not a SHA-256 digest");
}
