using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Grpc;

/// <content>What jobs read and wrote.</content>
internal sealed partial class JobGrpcService
{
    public override async Task Result(JobResultRequest request, IServerStreamWriter<JobResultChunk> responseStream, ServerCallContext context)
    {
        var job = await FindAsync(request.Id, context.CancellationToken);
        if (!job.Status.IsFinal)
            throw RpcErrors.JobNotFinished(job.Id, job.Status.State);
        var result = await store.ReadResultAsync(job.Id, context.CancellationToken) ?? Payload.Empty;
        using var ending = lifetime.Link(context);
        await SendAsync(
            result, "result", request.Offset,
            (offset, data) => responseStream.WriteAsync(
                new JobResultChunk { Offset = offset, TotalSize = result.Size, Data = data }, ending.Token),
            ending.Token);
    }

    public override async Task Input(JobInputRequest request, IServerStreamWriter<JobInputChunk> responseStream, ServerCallContext context)
    {
        var input = await store.ReadInputAsync(ParseId(request.Id), context.CancellationToken) ?? throw RpcErrors.JobNotFound(request.Id);
        using var ending = lifetime.Link(context);
        await SendAsync(
            input, "input", request.Offset,
            (offset, data) => responseStream.WriteAsync(
                new JobInputChunk { Offset = offset, TotalSize = input.Size, Data = data }, ending.Token),
            ending.Token);
    }

    /// <param name="send">Gets each piece with the position of its first byte; a small payload is one, also when it is empty.</param>
    private Task SendAsync(Payload payload, string what, long offset, Func<long, ByteString, Task> send, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset > payload.Size)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"offset {offset} is outside the {what}'s {payload.Size} bytes");
        return payload.Blob.IsEmpty
            ? send(offset, UnsafeByteOperations.UnsafeWrap(payload.Inline[(int)offset..]))
            : BlobStreaming.SendAsync(blobs, payload.Blob, offset, send, cancellationToken);
    }
}
