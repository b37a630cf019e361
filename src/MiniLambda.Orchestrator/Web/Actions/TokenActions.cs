using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What is done to tokens from the page.</summary>
internal sealed class TokenActions(AccessGrpcService access)
{
    public async Task<Done> CreateAsync(Visit visit, WebForm form)
    {
        var request = new CreateTokenRequest
        {
            Role = System.Enum.TryParse<Role>(form["role"], ignoreCase: true, out var role) ? role : throw Refused.OutOfRange("choose a role"),
            Tenant = form["of-tenant"],
            Description = form["description"],
            Ttl = form.Duration("ttl", "the time that it lives")?.ToDuration(),
        };
        request.Functions.AddRange(form["patterns"].Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries));
        var made = await access.CreateTokenAsync(request, visit.Context);
        return new Done($"Token {made.Token.Id} is made. Copy its text now, it is told only here:\n{made.Secret}", "/tokens");
    }

    public async Task<Done> RevokeAsync(Visit visit)
    {
        var revoked = await access.RevokeTokenAsync(new RevokeTokenRequest { Id = visit.Route("id") }, visit.Context);
        return new Done($"Token {revoked.Id} is revoked.", "/tokens");
    }
}
