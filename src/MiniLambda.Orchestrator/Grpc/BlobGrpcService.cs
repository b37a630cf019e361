using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Blobs over gRPC.</summary>
internal sealed class BlobGrpcService(BlobAccess access, IBlobStore blobs, StreamLifetime lifetime) : BlobService.BlobServiceBase
{
    public override async Task<UploadBlobResponse> Upload(IAsyncStreamReader<UploadBlobRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.Header is not { } header)
            throw Refused.Invalid("PROTOCOL_ERROR", "an upload's first message must be its header");
        using var ending = lifetime.Link(context);
        var put = await access.UploadAsync(
            Caller.Of(context), header.Digest, header.Size, ReadAsync(requestStream, ending.Token), ending.Token);
        return new UploadBlobResponse { Digest = put.Digest.Hex, Size = put.Size };
    }

    public override async Task Download(DownloadBlobRequest request, IServerStreamWriter<BlobChunk> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        var blob = await access.FindAsync(Caller.Of(context), request.Digest, request.Offset, ending.Token);
        // The message is written to the transport before the write completes, so its bytes may be used again.
        await BlobPieces.SendAsync(
            blobs, blob, request.Offset,
            (offset, data) => responseStream.WriteAsync(
                new BlobChunk { Offset = offset, Data = UnsafeByteOperations.UnsafeWrap(data) }, ending.Token),
            ending.Token);
    }

    public override async Task<StatBlobResponse> Stat(StatBlobRequest request, ServerCallContext context) =>
        new() { Size = await access.StatAsync(Caller.Of(context), request.Digest, context.CancellationToken) };

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        IAsyncStreamReader<UploadBlobRequest> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await stream.MoveNext(cancellationToken))
            yield return stream.Current.Data.Memory;
    }
}
