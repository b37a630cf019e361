using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Enrolment;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The tokens that workers join with.</summary>
internal sealed partial class AccessGrpcService
{
    private const int MaxUses = 10_000;

    private static readonly TimeSpan UsualTtl = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestTtl = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTtl = TimeSpan.FromDays(30);

    public override Task<CreateJoinTokenResponse> CreateJoinToken(CreateJoinTokenRequest request, ServerCallContext context) =>
        CreateJoinTokenAsync(request, context.GetHttpContext());

    public override Task<ListJoinTokensResponse> ListJoinTokens(ListJoinTokensRequest request, ServerCallContext context) =>
        ListJoinTokensAsync(request, context.GetHttpContext());

    public override Task<Contracts.V1.JoinToken> RevokeJoinToken(RevokeJoinTokenRequest request, ServerCallContext context) =>
        RevokeJoinTokenAsync(request, context.GetHttpContext());

    /// <summary>As <see cref="CreateJoinToken"/>, for a request over HTTP.</summary>
    internal async Task<CreateJoinTokenResponse> CreateJoinTokenAsync(CreateJoinTokenRequest request, HttpContext context)
    {
        var caller = Caller.Of(context);
        if (joining.Authority is null)
            throw NodeEnrolment.NoAuthority();
        var ttl = request.Ttl is { } sent ? JobMapping.Read(sent) : UsualTtl;
        if (ttl < ShortestTtl || ttl > LongestTtl)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", "a join token lasts for 1m to 30d");
        var uses = request.Uses == 0 ? 1 : request.Uses;
        if (uses is < 1 or > MaxUses)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"a join token serves 1 to {MaxUses} workers");
        if (request.Labels.Count > HelloRules.MaxPairs || request.Labels.Any(static l => l.Key.Length is 0 or > HelloRules.MaxText || l.Value.Length > HelloRules.MaxText))
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"a join token has at most {HelloRules.MaxPairs} labels of at most {HelloRules.MaxText} characters each");
        Uri? server = null;
        if (request.Server.Length > 0 && !(Uri.TryCreate(request.Server, UriKind.Absolute, out server) && server.Scheme == Uri.UriSchemeHttps && request.Server.Length <= byte.MaxValue))
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"'{Printable.Of(request.Server)}' is not a URL such as https://orchestrator.lan:7070");
        if (!Uri.TryCreate($"https://{context.Request.Host}", UriKind.Absolute, out var called))
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", "the call names no host that workers could dial; name one");
        var (token, text) = await joining.CreateAsync(called, server, ttl, uses, new Dictionary<string, string>(request.Labels), caller.Name);
        audit.Record("join-token.create", AuditOutcome.Done, caller, Caller.PeerOf(context), token.Id, $"{uses} {(uses == 1 ? "use" : "uses")}, until {token.ExpiresAt:u}");
        return new CreateJoinTokenResponse { Token = Write(token), Text = text };
    }

    /// <summary>As <see cref="ListJoinTokens"/>, for a request over HTTP.</summary>
    internal async Task<ListJoinTokensResponse> ListJoinTokensAsync(ListJoinTokensRequest request, HttpContext context)
    {
        // They are few; the page token is how many came before.
        var page = Paging.Read(request.PageSize, request.PageToken);
        var before = int.TryParse(page.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        var standing = await joining.ListAsync(context.RequestAborted);
        var response = new ListJoinTokensResponse { Tokens = { standing.Skip(before).Take(page.Size).Select(Write) } };
        if (before + page.Size < standing.Count)
            response.NextPageToken = (before + page.Size).ToString(CultureInfo.InvariantCulture);
        return response;
    }

    /// <summary>As <see cref="RevokeJoinToken"/>, for a request over HTTP.</summary>
    internal async Task<Contracts.V1.JoinToken> RevokeJoinTokenAsync(RevokeJoinTokenRequest request, HttpContext context)
    {
        var caller = Caller.Of(context);
        var token = await joining.RevokeAsync(request.Id)
            ?? throw RpcErrors.Create(StatusCode.NotFound, "TOKEN_NOT_FOUND", $"there is no join token '{Printable.Of(request.Id)}'");
        audit.Record("join-token.revoke", AuditOutcome.Done, caller, Caller.PeerOf(context), token.Id);
        return Write(token);
    }

    private static Contracts.V1.JoinToken Write(JoinTokenRecord token)
    {
        var written = new Contracts.V1.JoinToken
        {
            Id = token.Id,
            CreatedAt = token.CreatedAt.ToTimestamp(),
            ExpiresAt = token.ExpiresAt.ToTimestamp(),
            UsesLeft = token.UsesLeft,
            CreatedBy = token.CreatedBy,
        };
        foreach (var (key, value) in token.Labels)
            written.Labels[key] = value;
        return written;
    }
}
