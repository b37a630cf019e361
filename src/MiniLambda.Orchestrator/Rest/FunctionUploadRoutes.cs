using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>How functions come in: a module alone, a manifest alone, both in a form, or a manifest and the digest of an uploaded module.</summary>
internal sealed class FunctionUploadRoutes(FunctionRegistry registry, FunctionGrpcService service, RawBody bodies, OrchestratorOptions options) : IRestResource
{
    private const string Tag = "functions";
    private const string Form = "multipart/form-data";
    private const int MaxManifestBytes = 256 << 10;
    private const int MaxParts = 16;

    public void Map(RestRoutes routes)
    {
        routes.Put("/functions/{name}", "FunctionService/Push", new Operation("putModule", Tag, "Makes a new version of a function out of its module"), PutModuleAsync)
            .Says("The manifest is that of the newest version; a new function gets the least that there may be. curl: -T hello.wasm")
            .Takes(BlobRoutes.Wasm).Takes(ByteAnswer.ContentType).GivesVersion();
        routes.Put(
            "/functions/{name}/manifest", "FunctionService/Push", new Operation("putManifest", Tag, "Makes a new version of a function out of its manifest"), PutManifestAsync)
            .Says("The module is that of the newest version. curl: -T minilambda.toml").Takes("application/toml").Takes("text/plain").GivesVersion();
        routes.Post("/functions", "FunctionService/Push", new Operation("pushFunction", Tag, "Makes a new version of a function out of module and manifest"), PostAsync)
            .Says("A form has the parts manifest and module (curl: -F manifest=@minilambda.toml -F module=@hello.wasm). JSON names a module that was uploaded by its digest.")
            .Takes(Form).Takes(ProtoJson.ContentType, PushFunctionRequest.Descriptor).GivesVersion();
    }

    private async Task PutModuleAsync(HttpContext context)
    {
        var (caller, name) = (Caller.Of(context), context.Route("name"));
        FunctionRegistry.DemandName(caller, name);
        BlobRoutes.DemandBytes(context.Request, BlobRoutes.Wasm);
        var module = await bodies.StoreAsync(context, caller, options.MaxModuleBytes, "BLOB_TOO_LARGE");
        await AnswerAsync(context, registry.PushModuleAsync(caller, name, module.Blob, context.RequestAborted), name);
    }

    private async Task PutManifestAsync(HttpContext context)
    {
        BlobRoutes.DemandBytes(context.Request, "application/toml", "text/plain");
        var manifest = await JsonBody.ReadAsync(context, MaxManifestBytes);
        var name = context.Route("name");
        await AnswerAsync(context, registry.PushManifestAsync(Caller.Of(context), name, Text(manifest.Span), context.RequestAborted), name);
    }

    private async Task PostAsync(HttpContext context)
    {
        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType.Equals(Form, StringComparison.OrdinalIgnoreCase))
        {
            await PostFormAsync(context, HeaderUtilities.RemoveQuotes(type.Boundary).Value);
            return;
        }

        JsonBody.DemandJson(context.Request, ProtoJson.ContentType, Form);
        var sent = await JsonBody.ReadAsync<PushFunctionRequest>(context);
        await AnswerAsync(
            context, registry.PushAsync(Caller.Of(context), sent.Manifest, sent.ModuleDigest, sent.Signatures, context.RequestAborted), sent.ModuleDigest);
    }

    private async Task PostFormAsync(HttpContext context, string? boundary)
    {
        RawBody.Open(context.Request, options.MaxModuleBytes + (2L * MaxManifestBytes), "BLOB_TOO_LARGE");
        if (boundary is not { Length: > 0 and <= 70 })
            throw ProblemException.NotReadable("the form has no boundary, or one of over 70 characters");
        var (manifest, module) = ((string?)null, (string?)null);
        var reader = new MultipartReader(boundary, context.Request.Body);
        using var ending = context.Ending();
        try
        {
            for (var parts = 0; await reader.ReadNextSectionAsync(ending.Token) is { } part; parts++)
            {
                var name = part.GetContentDispositionHeader()?.Name is { } quoted ? HeaderUtilities.RemoveQuotes(quoted).Value : null;
                if (name == "manifest" && manifest is null)
                    manifest = Text(await ReadManifestAsync(part.Body, ending.Token));
                else if (name == "module" && module is null)
                    module = (await bodies.StoreAsync(part.Body, default, Caller.Of(context), options.MaxModuleBytes, "BLOB_TOO_LARGE", ending.Token)).Blob.Hex;
                else
                    throw ProblemException.ParameterUnknown($"a form has one part 'manifest' and one 'module', not '{Printable.Of(name ?? "")}'");
                if (parts == MaxParts)
                    break;
            }
        }
        catch (Exception e) when ((e is IOException or InvalidDataException) && e is not BadHttpRequestException)
        {
            throw ProblemException.NotReadable($"the form cannot be read: {e.Message}");
        }

        if (manifest is null || module is null)
            throw ProblemException.NotReadable($"the form lacks the part '{(manifest is null ? "manifest" : "module")}'");
        await AnswerAsync(context, registry.PushAsync(Caller.Of(context), manifest, module, [], context.RequestAborted), module);
    }

    private static async Task<byte[]> ReadManifestAsync(Stream part, CancellationToken cancellationToken)
    {
        var text = new byte[MaxManifestBytes + 1];
        var read = await part.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        return read > MaxManifestBytes
            ? throw ProblemException.TooLarge($"the manifest has more than the {ByteSize.Format(MaxManifestBytes)} that are accepted")
            : text[..read];
    }

    private static string Text(ReadOnlySpan<byte> utf8) => System.Text.Unicode.Utf8.IsValid(utf8)
        ? Encoding.UTF8.GetString(utf8)
        : throw ProblemException.NotReadable("the manifest is not UTF-8");

    private async Task AnswerAsync(HttpContext context, Task<(FunctionVersion Function, bool Created)> push, string target)
    {
        var pushed = await service.PushedAsync(push, target, Caller.Of(context), context.Peer());
        context.Response.Headers.Location = RestCall.Path("functions", pushed.Function.Name, "versions", $"{pushed.Function.Version}");
        await ProtoJson.WriteAsync(context, pushed, pushed.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }
}
