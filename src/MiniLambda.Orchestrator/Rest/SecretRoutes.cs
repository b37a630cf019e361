using System.Text;
using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Secrets: their values only come in.</summary>
internal sealed class SecretRoutes(SecretGrpcService secrets) : IRestResource
{
    private const string Tag = "secrets";

    /// <summary>More than any value may have, so that the rule is what refuses it.</summary>
    private const int MaxBytes = 1 << 20;

    public void Map(RestRoutes routes)
    {
        routes.Put("/secrets/{name}", "SecretService/Set", new Operation("setSecret", Tag, "Keeps a value, encrypted; the body is the value"), SetAsync)
            .Takes("text/plain").Takes(ByteAnswer.ContentType).Gives(Secret.Descriptor);
        routes.Get("/secrets", "SecretService/List", new Operation("listSecrets", Tag, "Secrets by name, without their values"), ListAsync)
            .Query(ListSecretsRequest.Descriptor).Gives(ListSecretsResponse.Descriptor);
        routes.Delete("/secrets/{name}", "SecretService/Delete", new Operation("deleteSecret", Tag, "Forgets a value"), DeleteAsync)
            .Gives(StatusCodes.Status204NoContent, "Forgotten.");
    }

    private async Task SetAsync(HttpContext context)
    {
        BlobRoutes.DemandBytes(context.Request, "text/plain");
        var value = await JsonBody.ReadAsync(context, MaxBytes);
        if (!System.Text.Unicode.Utf8.IsValid(value.Span))
            throw ProblemException.NotReadable("the value is not UTF-8");
        var request = new SetSecretRequest { Name = context.Route("name"), Value = Encoding.UTF8.GetString(value.Span) };
        await ProtoJson.WriteAsync(context, await secrets.SetAsync(request, Caller.Of(context), context.Peer(), context.RequestAborted));
    }

    private async Task ListAsync(HttpContext context)
    {
        var listed = await secrets.ListAsync(QueryFields.Read<ListSecretsRequest>(context), Caller.Of(context), context.RequestAborted);
        context.LinkNext(listed.NextPageToken);
        await ProtoJson.WriteAsync(context, listed);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        await secrets.DeleteAsync(new DeleteSecretRequest { Name = context.Route("name") }, Caller.Of(context), context.Peer(), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
