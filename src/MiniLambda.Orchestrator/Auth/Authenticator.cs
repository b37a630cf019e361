using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Trust.Tokens;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Whom a client's certificate makes out; without a caller why not: a machine-readable reason and a line for people.</summary>
internal delegate (Caller? Caller, string Reason, string Message) NodeJudge(X509Certificate2 certificate);

/// <summary>Tells who makes a request: by a token that it bears, by one that it is signed with, or by a client certificate.</summary>
internal sealed class Authenticator(
    TokenBook tokens, AttemptLimits limits, NonceBook nonces, AuditLog audit, TimeProvider clock, NodeJudge? judge = null)
{
    private const string Scheme = "Bearer ";

    /// <summary>Makes out the caller; says why not.</summary>
    public Caller? Authenticate(HttpContext context, out Refusal refusal)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var headers = context.Request.Headers;
        var caller = headers.ContainsKey(SignedRequests.InputHeader) ? BySignature(context, address, out refusal)
            : (string?)headers.Authorization is { } authorization ? ByText(authorization, address, out refusal)
            : ByCertificate(context, out refusal);
        if (caller is null)
            refusal.Audit(audit, refusal.Whose, context);
        return caller;
    }

    private Caller? ByCertificate(HttpContext context, out Refusal refusal)
    {
        refusal = Refusal.TokenMissing;
        if (judge is null || context.Connection.ClientCertificate is not { } certificate)
            return null;
        var (caller, reason, message) = judge(certificate);
        if (caller is null)
            refusal = new Refusal(StatusCode.Unauthenticated, reason, message);
        return caller;
    }

    private Caller? ByText(string authorization, IPAddress address, out Refusal refusal)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Wrong(null, address, out refusal);
        var text = authorization[Scheme.Length..].Trim();
        var key = TokenText.IdOf(text);
        var token = tokens.Find(key);
        if (MustWait(token, address, out refusal))
            return null;
        return tokens.IsText(token, key, text) ? Take(token!, address, out refusal) : Wrong(token, address, out refusal);
    }

    private Caller? BySignature(HttpContext context, IPAddress address, out Refusal refusal)
    {
        refusal = SignedRequests.Malformed;
        if (SignedRequests.Read(context.Request) is not { } signature)
            return null;
        if ((SignedRequests.RefuseUnsigned(context.Request, signature) ?? nonces.RefuseTime(signature.Created)) is { } unfit)
        {
            refusal = unfit;
            return null;
        }

        var token = tokens.Find(signature.KeyId);
        if (MustWait(token, address, out refusal))
            return null;
        // One signature, also when there is no token to check it with.
        var isOf = signature.IsOf(
            tokens.VerifierOf(token), context.Request.Method, SignedRequests.Target(context), name => SignedRequests.Header(context.Request, name));
        if (!(isOf & token is not null))
            return Wrong(token, address, out refusal);
        if (Take(token!, address, out refusal) is not { } caller)
            return null;
        if (nonces.Take(signature.KeyId, signature.Nonce, signature.Created) is { } replayed)
        {
            refusal = replayed;
            return null;
        }

        // The body is read once it is known what it is for.
        context.Features.Set(signature);
        return caller;
    }

    // Who is known here is listened to all the same: behind one address there may be many.
    private bool MustWait(StandingToken? token, IPAddress address, out Refusal refusal)
    {
        refusal = Refusal.TokenWrong;
        if (limits.Wait(address) is not { } wait || token?.IsKnownFrom(address) == true)
            return false;
        refusal = Refusal.TooManyAttempts(wait);
        return true;
    }

    private Caller? Wrong(StandingToken? token, IPAddress address, out Refusal refusal)
    {
        // One that is known here and wrong is told what any other is told, so that it does not tell which ids there are.
        refusal = limits.Wait(address) is { } wait ? Refusal.TooManyAttempts(wait) : Refusal.TokenWrong;
        limits.NoteWrong(address);
        return null;
    }

    private Caller? Take(StandingToken token, IPAddress address, out Refusal refusal)
    {
        var now = clock.GetUtcNow();
        refusal = Refusal.TokenWrong;
        if (token.Ending(now) is { } ended)
        {
            refusal = ended with { Whose = token.Caller };
            return null;
        }

        if (token.NoteUse(address, now))
            audit.Record("token.use", AuditOutcome.Done, token.Caller, address.ToString(), token.Record.Id, "first use from this address");
        return token.Caller;
    }
}
