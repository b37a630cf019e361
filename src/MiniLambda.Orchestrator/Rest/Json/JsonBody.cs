using System.Buffers;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Json;

/// <summary>Reads bodies that are one message as JSON.</summary>
internal static class JsonBody
{
    /// <summary>Bytes of a body; as much as of a message over gRPC.</summary>
    private const int MaxBytes = 4 << 20;

    /// <exception cref="ProblemException">It is not JSON, not this message, or too large.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, bool isOptional = false)
        where T : IMessage<T>, new()
    {
        if (isOptional && context.Request is { ContentLength: 0 or null, ContentType: null } && !context.Request.Headers.ContainsKey(HeaderNames.TransferEncoding))
            return new T();
        DemandJson(context.Request, ProtoJson.ContentType);
        var body = await ReadAsync(context, MaxBytes);
        return isOptional && body.Length == 0 ? new T() : ProtoJson.Parse<T>(body.Span);
    }

    /// <exception cref="ProblemException">The body is not of this type, or is packed.</exception>
    public static void DemandJson(HttpRequest request, params ReadOnlySpan<string> accepted)
    {
        DemandUnpacked(request);
        var sent = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type : null;
        foreach (var one in accepted)
        {
            if (string.Equals(sent?.MediaType.Value, one, StringComparison.OrdinalIgnoreCase))
            {
                if (sent!.Charset is { HasValue: true, Value: var charset } && !charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                    throw ProblemException.WrongType($"the body must be UTF-8, not {Printable.Of(charset)}");
                return;
            }
        }

        throw ProblemException.WrongType(
            $"the body must be {string.Join(" or ", accepted.ToArray())}, not {(request.ContentType is { } told ? Printable.Of(told) : "of no type")} "
            + $"(curl: -H 'content-type: {accepted[0]}')");
    }

    /// <exception cref="ProblemException">It is packed.</exception>
    public static void DemandUnpacked(HttpRequest request)
    {
        if ((string?)request.Headers.ContentEncoding is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw ProblemException.WrongType($"the body must come as it is, not as {Printable.Of(encoding)}");
    }

    /// <exception cref="ProblemException">It is too large.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int limit)
    {
        var request = context.Request;
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        var body = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 0) + 1);
        int read;
        while ((read = await request.Body.ReadAsync(body.GetMemory(), context.RequestAborted)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > limit)
                throw TooLarge(limit);
        }

        return body.WrittenMemory;
    }

    private static ProblemException TooLarge(int limit) => ProblemException.TooLarge($"the body has more than the {ByteSize.Format(limit)} that are accepted here");
}
