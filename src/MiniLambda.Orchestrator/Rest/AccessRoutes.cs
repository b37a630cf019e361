using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Who a caller is, and the tokens that it may make.</summary>
internal sealed class AccessRoutes(AccessGrpcService access) : IRestResource
{
    private const string Tag = "tokens";

    public void Map(RestRoutes routes)
    {
        routes.Get("/whoami", "AccessService/WhoAmI", new Operation("whoAmI", Tag, "Who the caller is"), c => ProtoJson.WriteAsync(c, access.WhoAmI(c)))
            .Gives(Identity.Descriptor);
        routes.Post("/tokens", "AccessService/CreateToken", new Operation("createToken", Tag, "Makes a token; its secret is told only here"), CreateAsync)
            .Takes(ProtoJson.ContentType, CreateTokenRequest.Descriptor).Gives(CreateTokenResponse.Descriptor, StatusCodes.Status201Created, "Made.");
        routes.Get("/tokens", "AccessService/ListTokens", new Operation("listTokens", Tag, "Tokens that were made, newest first"), ListAsync)
            .Query(ListTokensRequest.Descriptor).Gives(ListTokensResponse.Descriptor);
        routes.Delete("/tokens/{id}", "AccessService/RevokeToken", new Operation("revokeToken", Tag, "From now on a token is refused, and streams that it opened end"), RevokeAsync)
            .Gives(AccessToken.Descriptor);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var made = await access.CreateTokenAsync(await JsonBody.ReadAsync<CreateTokenRequest>(context), context);
        context.Response.Headers.Location = RestCall.Path("tokens", made.Token.Id);
        await ProtoJson.WriteAsync(context, made, StatusCodes.Status201Created);
    }

    private Task ListAsync(HttpContext context)
    {
        var tokens = access.ListTokens(QueryFields.Read<ListTokensRequest>(context), context);
        context.LinkNext(tokens.NextPageToken);
        return ProtoJson.WriteAsync(context, tokens);
    }

    private async Task RevokeAsync(HttpContext context) =>
        await ProtoJson.WriteAsync(context, await access.RevokeTokenAsync(new RevokeTokenRequest { Id = context.Route("id") }, context));
}
