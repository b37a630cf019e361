using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Tests;

/// <summary>Keeps uploaded blobs, and how they came.</summary>
internal sealed class BlobShelf : BlobService.BlobServiceBase
{
    public Dictionary<string, byte[]> Kept { get; } = [];

    /// <summary>Bytes of each message that was received.</summary>
    public List<int> Pieces { get; } = [];

    /// <summary>Ends an upload after its header.</summary>
    public RpcException? Refusal { get; set; }

    public override async Task<UploadBlobResponse> Upload(IAsyncStreamReader<UploadBlobRequest> requestStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken));
        var header = requestStream.Current.Header;
        if (Refusal is not null)
            throw Refusal;
        using var content = new MemoryStream();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            Pieces.Add(requestStream.Current.Data.Length);
            requestStream.Current.Data.WriteTo(content);
        }

        Kept[header.Digest] = content.ToArray();
        return new UploadBlobResponse { Digest = header.Digest, Size = header.Size };
    }

    /// <summary>Of a blob it sends so many bytes, and then it is away; all of it when null.</summary>
    public int? BreaksAfter { get; set; }

    public override async Task Download(DownloadBlobRequest request, IServerStreamWriter<BlobChunk> responseStream, ServerCallContext context)
    {
        var left = Kept[request.Digest].AsMemory((int)request.Offset);
        var sent = left[..Math.Min(left.Length, BreaksAfter ?? left.Length)];
        if (sent.Length > 0)
            await responseStream.WriteAsync(new BlobChunk { Offset = request.Offset, Data = ByteString.CopyFrom(sent.Span) }, context.CancellationToken);
        if (sent.Length < left.Length)
            throw new RpcException(new Status(StatusCode.Unavailable, "away"));
    }

    public override Task<StatBlobResponse> Stat(StatBlobRequest request, ServerCallContext context) => Kept.TryGetValue(request.Digest, out var content)
        ? Task.FromResult(new StatBlobResponse { Size = content.Length })
        : throw GrpcServer.Refusal(StatusCode.NotFound, "BLOB_NOT_FOUND", $"there is no blob '{request.Digest}'");
}
