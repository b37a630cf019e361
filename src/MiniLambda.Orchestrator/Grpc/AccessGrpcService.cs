using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Enrolment;
using Role = MiniLambda.Domain.Access.Role;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Tokens over gRPC.</summary>
internal sealed partial class AccessGrpcService(TokenBook tokens, JoinTokens joining, AuditLog audit, TimeProvider clock) : AccessService.AccessServiceBase
{
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);

    public override Task<Identity> WhoAmI(WhoAmIRequest request, ServerCallContext context) => Task.FromResult(WhoAmI(context.GetHttpContext()));

    public override Task<CreateTokenResponse> CreateToken(CreateTokenRequest request, ServerCallContext context) =>
        CreateTokenAsync(request, context.GetHttpContext());

    public override Task<ListTokensResponse> ListTokens(ListTokensRequest request, ServerCallContext context) =>
        Task.FromResult(ListTokens(request, context.GetHttpContext()));

    public override Task<AccessToken> RevokeToken(RevokeTokenRequest request, ServerCallContext context) =>
        RevokeTokenAsync(request, context.GetHttpContext());

    /// <summary>As <see cref="WhoAmI(WhoAmIRequest, ServerCallContext)"/>, for a request over HTTP.</summary>
    internal Identity WhoAmI(HttpContext context)
    {
        var caller = Caller.Of(context);
        return new Identity
        {
            TokenId = caller.TokenId,
            Role = AccessMapping.Write(caller.Role),
            Tenant = caller.Scope ?? "",
            Functions = { caller.Functions },
            ExpiresAt = Of(caller)?.ExpiresAt?.ToTimestamp(),
        };
    }

    /// <summary>As <see cref="CreateToken"/>, for a request over HTTP.</summary>
    internal async Task<CreateTokenResponse> CreateTokenAsync(CreateTokenRequest request, HttpContext context)
    {
        var caller = Caller.Of(context);
        var now = clock.GetUtcNow();
        var wanted = TokenLimits.Read(request);
        var (tenant, functions) = (wanted.Tenant ?? caller.View, wanted.Functions.Count > 0 ? wanted.Functions : caller.Functions);
        TimeSpan? life = request.Ttl is { } sent ? JobMapping.Read(sent) : null;
        if (life < ShortestLife || life > LongestLife)
            throw TokenLimits.OutOfRange($"a token lives from {DurationText.Format(ShortestLife)} to {DurationText.Format(LongestLife)}, not {DurationText.Format(life.Value)}");
        // One that asks for no end gets that of its maker.
        var makersEnd = Of(caller)?.ExpiresAt;
        var expires = life is { } given ? now + given : makersEnd;
        if ((Stronger(caller, wanted.Role, tenant, functions) ?? Longer(expires, makersEnd)) is { } problem)
        {
            audit.Record("token.create", AuditOutcome.Denied, caller, Caller.PeerOf(context), $"{wanted.Role} {tenant}".TrimEnd().ToLowerInvariant(), problem);
            throw Refusal.RoleForbidden(problem).ToException();
        }

        var made = await tokens.CreateAsync(
            id => new TokenRecord(id, wanted.Role, tenant, functions, wanted.Description, now, caller.TokenId, expires, null, null), context.RequestAborted)
            ?? throw RpcErrors.Create(
                StatusCode.ResourceExhausted, "TOO_MANY_TOKENS", $"there are {TokenBook.MaxTokens} tokens: revoke some; they are forgotten after 30 days");
        audit.Record("token.create", AuditOutcome.Done, caller, Caller.PeerOf(context), made.Token.Id, AccessMapping.Words(made.Token));
        return new CreateTokenResponse { Token = AccessMapping.Write(made.Token), Secret = made.Text };
    }

    /// <summary>As <see cref="ListTokens(ListTokensRequest, ServerCallContext)"/>, for a request over HTTP.</summary>
    internal ListTokensResponse ListTokens(ListTokensRequest request, HttpContext context)
    {
        var (caller, page) = (Caller.Of(context), Paging.Read(request.PageSize, request.PageToken));
        // Tokens are few and in memory; the page token is the last id of the page before.
        var all = tokens.All.Where(t => Governs(caller, t)).Select(t => t.Record).ToList();
        var from = page.Token.Length == 0 ? 0 : all.FindIndex(t => t.Id == page.Token) + 1;
        if (from == 0 && page.Token.Length > 0)
            throw new FormatException($"'{Printable.Of(page.Token)}' is not a page token of this list");
        var response = new ListTokensResponse { Tokens = { all.Skip(from).Take(page.Size).Select(AccessMapping.Write) } };
        if (from + page.Size < all.Count)
            response.NextPageToken = response.Tokens[^1].Id;
        return response;
    }

    /// <summary>As <see cref="RevokeToken"/>, for a request over HTTP.</summary>
    internal async Task<AccessToken> RevokeTokenAsync(RevokeTokenRequest request, HttpContext context)
    {
        var caller = Caller.Of(context);
        var token = tokens.All.FirstOrDefault(t => t.Record.Id == request.Id && Governs(caller, t))
            ?? throw RpcErrors.Create(StatusCode.NotFound, "TOKEN_NOT_FOUND", $"there is no token '{Printable.Of(request.Id)}'");
        if (token.IsOfFile)
        {
            throw RpcErrors.Create(
                StatusCode.FailedPrecondition, "TOKEN_OF_FILE",
                $"the token '{request.Id}' stands in a file, {token.Record.Description}, and start the orchestrator anew");
        }

        await tokens.RevokeAsync(token, context.RequestAborted);
        audit.Record("token.revoke", AuditOutcome.Done, caller, Caller.PeerOf(context), token.Record.Id, AccessMapping.Words(token.Record));
        return AccessMapping.Write(token.Record);
    }


    private static bool Governs(Caller caller, StandingToken token) =>
        Stronger(caller, token.Record.Role, token.Record.Tenant, token.Record.Functions) is null;

    /// <summary>Why a token of this kind could do more than the caller can; null when it could not.</summary>
    private static string? Stronger(Caller caller, Role role, string? tenant, IReadOnlyList<string> functions) => caller switch
    {
        _ when role > caller.Role => $"a {AccessMapping.Word(caller.Role)} makes no {AccessMapping.Word(role)}",
        { Scope: { } scope } when scope != tenant => $"a token of tenant {scope} makes none for {(tenant is null ? "all tenants" : "another")}",
        _ when !FunctionPatterns.Cover(caller.Functions, functions) => $"a token for functions {string.Join(", ", caller.Functions)} makes none for others",
        _ => null,
    };

    private static string? Longer(DateTimeOffset? expires, DateTimeOffset? makersEnd) =>
        makersEnd is { } end && (expires is null || expires > end) ? $"a token makes none that outlives it: it expires at {end:u}" : null;

    private TokenRecord? Of(Caller caller) => caller.TokenId.Length == 0 ? null : tokens.Find(caller.TokenId)?.Record;
}
