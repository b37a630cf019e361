using System.Buffers;
using System.Security.Cryptography;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MiniLambda.Trust.Signing;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Signed requests (RFC 9421): the other way to use a token, in which its secret does not travel.</summary>
internal static class SignedRequests
{
    public const string InputHeader = "Signature-Input";

    /// <summary>A signed body is held in memory until its digest is known: as much as any message of a call may have.</summary>
    public const int MaxBodyBytes = (4 << 20) + 5;

    public static readonly Refusal Malformed = Refuse(
        "SIGNATURE_MALFORMED",
        "the signature cannot be read: it takes Content-Digest, Signature-Input and Signature as examples/signed-request makes them");

    public static readonly Refusal Overflow = new(
        StatusCode.ResourceExhausted, "TOO_MANY_SIGNED", "more signed requests came within 5 minutes than are remembered: wait, or send the token itself over TLS",
        TimeSpan.FromSeconds(10));

    private static readonly Refusal Streamed = new(
        StatusCode.InvalidArgument, "SIGNATURE_OF_STREAM", "a call that streams to the orchestrator cannot be signed: send the token itself, over TLS");

    private static readonly Refusal TooLarge = new(
        StatusCode.InvalidArgument, "SIGNED_BODY_TOO_LARGE", "a signed request has at most 4 MiB: send the token itself for a larger one, over TLS");

    private static readonly Refusal Changed = Refuse("SIGNATURE_BODY_CHANGED", "the body is not the one that was signed");

    public static Refusal Refuse(string reason, string message) => new(StatusCode.Unauthenticated, reason, message);

    /// <summary>The signature of a request; null when it cannot be read.</summary>
    public static RequestSignature? Read(HttpRequest request) => RequestSignature.Parse(
        request.Headers[InputHeader], request.Headers["Signature"], request.Headers["Content-Digest"]);

    /// <summary>What a request does must not hang on what nobody signed: says so when it bears such a header.</summary>
    public static Refusal? RefuseUnsigned(HttpRequest request, RequestSignature signature)
    {
        // One that is there twice could be read as either.
        var loose = RequestSignature.Headers.FirstOrDefault(name =>
            request.Headers.TryGetValue(name, out var values) ? values.Count > 1 || !signature.CoveredHeaders.Contains(name) : signature.CoveredHeaders.Contains(name));
        return loose is null ? null : Refuse("SIGNATURE_HEADER_CHANGED", $"the header '{loose}' is not as it was signed: it is signed whenever it goes with a request, and goes once");
    }

    /// <summary>The value of a header that is there once at most.</summary>
    public static string? Header(HttpRequest request, string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>Path and query as they were sent.</summary>
    public static string Target(HttpContext context) => context.Features.Get<IHttpRequestFeature>()!.RawTarget;

    /// <summary>Reads the body and sees that it is the one that was signed; from then on it is read from memory.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static async ValueTask<Refusal?> TakeBodyAsync(HttpContext context, RequestSignature signature)
    {
        // What streams to the orchestrator has no end before it is answered.
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
            return Streamed;
        var request = context.Request;
        if (request.ContentLength > MaxBodyBytes)
            return TooLarge;
        var body = new MemoryStream();
        var piece = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(piece, context.RequestAborted)) > 0)
            {
                if (body.Length + read > MaxBodyBytes)
                    return TooLarge;
                body.Write(piece, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length)), signature.BodyDigest.Span))
            return Changed;
        body.Position = 0;
        request.Body = body;
        return null;
    }
}
