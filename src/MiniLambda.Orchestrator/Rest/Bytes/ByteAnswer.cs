using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using MiniLambda.Domain.Blobs;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Bytes;

/// <summary>
/// Answers bytes that never change, named by their digest: the entity tag is the digest, parts may be asked for, and who has them is not sent them again
/// (RFC 9110, 13 and 14; RFC 9530).
/// </summary>
internal static class ByteAnswer
{
    public const string ContentType = "application/octet-stream";

    /// <param name="send">Sends bytes from an offset on, at most so many, through a writer.</param>
    public static async Task SendAsync(
        HttpContext context, BlobDigest digest, long size, string contentType, Func<long, long, Func<long, ReadOnlyMemory<byte>, Task>, Task> send)
    {
        var (request, response) = (context.Request, context.Response);
        var tag = new EntityTagHeaderValue($"\"{digest.Hex}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        response.Headers.CacheControl = "private, no-cache";
        if (request.Headers.IfMatch.Count > 0 && !Matches(request.Headers.IfMatch, tag))
        {
            await new Problem(StatusCodes.Status412PreconditionFailed, "PRECONDITION_FAILED", "the bytes are others than If-Match asks for").WriteAsync(context);
            return;
        }

        if (Matches(request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.Headers["repr-digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(digest.Hex))}:";
        var (from, length) = (0L, size);
        if (Range(request, tag) is { } range)
        {
            if (Within(range, size) is not { } part)
            {
                response.Headers.ContentRange = $"bytes */{size}";
                await new Problem(
                    StatusCodes.Status416RangeNotSatisfiable, "SETTING_OUT_OF_RANGE", $"the range is outside the {size} bytes that there are").WriteAsync(context);
                return;
            }

            (from, length) = part;
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{from + length - 1}/{size}");
        }

        response.ContentType = contentType;
        response.ContentLength = length;
        using var ending = context.Ending();
        if (length > 0 && !HttpMethods.IsHead(request.Method))
            await send(from, length, async (_, piece) => await response.Body.WriteAsync(piece, ending.Token));
    }

    private static bool Matches(Microsoft.Extensions.Primitives.StringValues header, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(header, out var tags) && tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false));

    // What cannot be read, or asks for several parts, is as if it had not been said.
    private static RangeItemHeaderValue? Range(HttpRequest request, EntityTagHeaderValue tag)
    {
        if (!HttpMethods.IsGet(request.Method) || !RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range)
            || range.Unit != "bytes" || range.Ranges.Count != 1)
        {
            return null;
        }

        if (request.Headers.IfRange.Count == 0)
            return range.Ranges.First();
        return EntityTagHeaderValue.TryParse(request.Headers.IfRange.ToString(), out var held) && held.Compare(tag, useStrongComparison: true)
            ? range.Ranges.First()
            : null;
    }

    private static (long From, long Length)? Within(RangeItemHeaderValue range, long size)
    {
        if (range.From is not { } from)
            return range.To is > 0 and var last && size > 0 ? (Math.Max(0, size - last), Math.Min(size, last)) : null;
        return from < size ? (from, Math.Min(range.To ?? long.MaxValue, size - 1) - from + 1) : null;
    }
}
