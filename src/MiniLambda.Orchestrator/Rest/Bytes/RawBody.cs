using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Bytes;

/// <summary>Takes in bodies that are bytes, however many, with one piece in memory at a time.</summary>
internal sealed class RawBody(BlobAccess access)
{
    private const int PieceBytes = 64 << 10;

    /// <summary>Takes in a body: a small one into memory, a larger one as a blob.</summary>
    /// <param name="limit">Bytes that are accepted.</param>
    /// <param name="reason">What a larger one is refused with.</param>
    /// <exception cref="RefusedException">It is larger than accepted.</exception>
    public async Task<Payload> TakeAsync(HttpContext context, Caller caller, long limit, string reason)
    {
        Open(context.Request, limit, reason);
        var head = new byte[(int)Math.Min(Payload.MaxInlineBytes + 1, context.Request.ContentLength is { } told ? told + 1 : long.MaxValue)];
        using var ending = context.Ending();
        var read = await context.Request.Body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ending.Token);
        return read < head.Length && read <= Payload.MaxInlineBytes
            ? Payload.OfBytes(head.AsMemory(0, read))
            : await StoreAsync(context.Request.Body, head.AsMemory(0, read), caller, limit, reason, ending.Token);
    }

    /// <summary>Takes in a body as a blob.</summary>
    /// <exception cref="RefusedException">It is larger than accepted.</exception>
    public async Task<Payload> StoreAsync(HttpContext context, Caller caller, long limit, string reason)
    {
        Open(context.Request, limit, reason);
        using var ending = context.Ending();
        return await StoreAsync(context.Request.Body, default, caller, limit, reason, ending.Token);
    }

    /// <summary>Takes in bytes as a blob.</summary>
    /// <param name="head">What was read of them already.</param>
    /// <exception cref="RefusedException">They are more than accepted.</exception>
    public async Task<Payload> StoreAsync(
        Stream body, ReadOnlyMemory<byte> head, Caller caller, long limit, string reason, CancellationToken cancellationToken)
    {
        var put = await access.TakeInAsync(caller, limit, reason, PiecesAsync(head, body, cancellationToken), cancellationToken);
        return Payload.OfBlob(put.Digest, put.Size);
    }

    /// <summary>Lets a body be as large as its route accepts; one that says that it is larger is refused before it comes.</summary>
    /// <exception cref="RefusedException">It is.</exception>
    public static void Open(HttpRequest request, long limit, string reason)
    {
        JsonBody.DemandUnpacked(request);
        if (request.ContentLength > limit)
            throw Refused.Invalid(reason, $"the body has {ByteSize.Format(request.ContentLength.Value)}; at most {ByteSize.Format(limit)} are accepted");
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
    }

    /// <summary>The pieces of a stream; each is used only until the next one is asked for.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        ReadOnlyMemory<byte> head, Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (head.Length > 0)
            yield return head;
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int read;
            while ((read = await ReadAsync(stream, piece, cancellationToken)) > 0)
                yield return piece.AsMemory(0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    // A part that breaks off is the client's failure, and not one of the store that it is read for.
    private static async ValueTask<int> ReadAsync(Stream stream, byte[] piece, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(piece, cancellationToken);
        }
        catch (Exception e) when ((e is IOException or InvalidDataException) && e is not BadHttpRequestException)
        {
            throw ProblemException.NotReadable($"the body broke off: {e.Message}");
        }
    }
}
