using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Worker.Tests;

/// <summary>Sends one blob, whatever is asked for, and takes one if it is told to.</summary>
internal sealed class BlobScript : BlobService.BlobServiceBase
{
    public byte[] Content { get; set; } = [];

    /// <summary>Where each download that was asked for began.</summary>
    public List<long> Offsets { get; } = [];

    /// <summary>Ends a download after half of what it asked for; null lets it come to its end.</summary>
    public Func<RpcException?> OnHalf { get; set; } = () => null;

    public RpcException UploadRefusal { get; set; } = new(new Status(StatusCode.Unimplemented, "not here"));

    /// <summary>Takes what is uploaded into <see cref="Content"/>.</summary>
    public bool AcceptUploads { get; set; }

    public override async Task Download(DownloadBlobRequest request, IServerStreamWriter<BlobChunk> responseStream, ServerCallContext context)
    {
        Offsets.Add(request.Offset);
        var rest = Content.AsMemory((int)request.Offset);
        var half = rest.Length / 2;
        await responseStream.WriteAsync(new BlobChunk { Offset = request.Offset, Data = ByteString.CopyFrom(rest.Span[..half]) });
        if (OnHalf() is { } failure)
            throw failure;
        await responseStream.WriteAsync(new BlobChunk { Offset = request.Offset + half, Data = ByteString.CopyFrom(rest.Span[half..]) });
    }

    public override async Task<UploadBlobResponse> Upload(IAsyncStreamReader<UploadBlobRequest> requestStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken));
        if (!AcceptUploads)
            throw UploadRefusal;
        while (await requestStream.MoveNext(context.CancellationToken))
            Content = [.. Content, .. requestStream.Current.Data];
        return new UploadBlobResponse();
    }
}
