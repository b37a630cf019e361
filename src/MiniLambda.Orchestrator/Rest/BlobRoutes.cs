using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Large inputs and modules, by their digest: what is there already need not be sent again.</summary>
internal sealed class BlobRoutes(BlobAccess access, IBlobStore blobs, OrchestratorOptions options) : IRestResource
{
    public const string Wasm = "application/wasm";

    public void Map(RestRoutes routes)
    {
        routes.Put("/blobs/{digest}", "BlobService/Upload", new Operation("putBlob", "blobs", "Stores bytes under their SHA-256"), PutAsync)
            .Says("Nothing is kept when the bytes have another digest or break off. HEAD tells whether they are there, so that they need not be sent again.")
            .Takes(ByteAnswer.ContentType).Takes(Wasm)
            .Gives(UploadBlobResponse.Descriptor, StatusCodes.Status201Created, "Stored.").Gives(UploadBlobResponse.Descriptor, description: "It was there.");
        routes.Get("/blobs/{digest}", "BlobService/Download", new Operation("getBlob", "blobs", "The bytes with a SHA-256"), GetAsync)
            .GivesBytes(ByteAnswer.ContentType);
    }

    /// <summary>Bytes have these types, or none (as <c>curl -T</c> sends them), or say no more than that they are bytes.</summary>
    /// <exception cref="ProblemException">They have another one: they may be something else.</exception>
    public static void DemandBytes(HttpRequest request, params ReadOnlySpan<string> types)
    {
        JsonBody.DemandUnpacked(request);
        if (request.ContentType is not { Length: > 0 } told)
            return;
        var sent = MediaTypeHeaderValue.TryParse(told, out var type) ? type.MediaType.Value : null;
        foreach (var one in (ReadOnlySpan<string>)[ByteAnswer.ContentType, .. types])
        {
            if (string.Equals(sent, one, StringComparison.OrdinalIgnoreCase))
                return;
        }

        throw ProblemException.WrongType(
            $"the body must be {string.Join(" or ", (IEnumerable<string>)[.. types, ByteAnswer.ContentType])}, or of no type, not {Printable.Of(told)} (curl: -T FILE)");
    }

    private async Task PutAsync(HttpContext context)
    {
        DemandBytes(context.Request, Wasm);
        if (context.Request.ContentLength is not { } size)
            throw new ProblemException(new Problem(StatusCodes.Status411LengthRequired, "LENGTH_REQUIRED", "a blob's size must be told before it comes: send Content-Length"));
        RawBody.Open(context.Request, Math.Max(options.MaxModuleBytes, options.MaxInputBytes), "BLOB_TOO_LARGE");
        using var ending = context.Ending();
        var put = await access.UploadAsync(
            Caller.Of(context), context.Route("digest"), size, RawBody.PiecesAsync(default, context.Request.Body, ending.Token), ending.Token);
        context.Response.Headers.Location = RestCall.Path("blobs", put.Digest.Hex);
        await ProtoJson.WriteAsync(
            context, new UploadBlobResponse { Digest = put.Digest.Hex, Size = put.Size },
            put.Status == BlobPutStatus.Stored ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task GetAsync(HttpContext context)
    {
        var (caller, digest) = (Caller.Of(context), context.Route("digest"));
        // Who hears that it is there names it next.
        var size = await access.StatAsync(caller, digest, context.RequestAborted);
        var blob = await access.FindAsync(caller, digest, 0, context.RequestAborted);
        await ByteAnswer.SendAsync(
            context, blob, size, ByteAnswer.ContentType,
            (from, length, send) => BlobPieces.SendAsync(blobs, blob, from, send, context.RequestAborted, length));
    }
}
