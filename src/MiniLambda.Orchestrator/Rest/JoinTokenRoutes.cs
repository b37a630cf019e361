using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>The tokens that workers join with.</summary>
internal sealed class JoinTokenRoutes(AccessGrpcService access) : IRestResource
{
    private const string Tag = "join tokens";

    public void Map(RestRoutes routes)
    {
        routes.Post("/jointokens", "AccessService/CreateJoinToken", new Operation("createJoinToken", Tag, "Makes a token that workers join with; its text is told only here"), CreateAsync)
            .Takes(ProtoJson.ContentType, CreateJoinTokenRequest.Descriptor).Gives(CreateJoinTokenResponse.Descriptor, StatusCodes.Status201Created, "Made.");
        routes.Get("/jointokens", "AccessService/ListJoinTokens", new Operation("listJoinTokens", Tag, "Join tokens that still stand"), ListAsync)
            .Query(ListJoinTokensRequest.Descriptor).Gives(ListJoinTokensResponse.Descriptor);
        routes.Delete("/jointokens/{id}", "AccessService/RevokeJoinToken", new Operation("revokeJoinToken", Tag, "No worker joins with it any more; those that did stay"), RevokeAsync)
            .Gives(JoinToken.Descriptor);
    }

    private async Task CreateAsync(HttpContext context) => await ProtoJson.WriteAsync(
        context, await access.CreateJoinTokenAsync(await JsonBody.ReadAsync<CreateJoinTokenRequest>(context), context), StatusCodes.Status201Created);

    private async Task ListAsync(HttpContext context)
    {
        var tokens = await access.ListJoinTokensAsync(QueryFields.Read<ListJoinTokensRequest>(context), context);
        context.LinkNext(tokens.NextPageToken);
        await ProtoJson.WriteAsync(context, tokens);
    }

    private async Task RevokeAsync(HttpContext context) =>
        await ProtoJson.WriteAsync(context, await access.RevokeJoinTokenAsync(new RevokeJoinTokenRequest { Id = context.Route("id") }, context));
}
