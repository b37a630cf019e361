using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Secrets;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Secrets;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Secrets over gRPC: values only come in.</summary>
internal sealed class SecretGrpcService(SecretVault vault, IFunctionStore functions, AuditLog audit) : SecretService.SecretServiceBase
{
    public override Task<Secret> Set(SetSecretRequest request, ServerCallContext context) =>
        SetAsync(request, Caller.Of(context), Caller.PeerOf(context), context.CancellationToken);

    public override Task<ListSecretsResponse> List(ListSecretsRequest request, ServerCallContext context) =>
        ListAsync(request, Caller.Of(context), context.CancellationToken);

    public override Task<DeleteSecretResponse> Delete(DeleteSecretRequest request, ServerCallContext context) =>
        DeleteAsync(request, Caller.Of(context), Caller.PeerOf(context), context.CancellationToken);

    /// <summary>As <see cref="Set"/>, whatever the face that it came by.</summary>
    internal async Task<Secret> SetAsync(SetSecretRequest request, Caller caller, string peer, CancellationToken cancellationToken)
    {
        MustKnowAll(caller);
        if (SecretRules.Problem(request.Name, request.Value) is { } problem)
            throw RpcErrors.Invalid("SECRET_INVALID", problem);
        var secret = await vault.SetAsync(caller.Tenant, request.Name, request.Value, cancellationToken)
            ?? throw RpcErrors.Create(StatusCode.ResourceExhausted, "SECRET_INVALID", $"tenant '{caller.Tenant}' has {SecretRules.MaxPerTenant} secrets already: delete one");
        audit.Record("secret.set", AuditOutcome.Done, caller, peer, $"{caller.Tenant}/{request.Name}");
        return Write(secret, []);
    }

    /// <summary>As <see cref="List"/>, whatever the face that it came by.</summary>
    internal async Task<ListSecretsResponse> ListAsync(ListSecretsRequest request, Caller caller, CancellationToken cancellationToken)
    {
        MustKnowAll(caller);
        var page = Paging.Read(request.PageSize, request.PageToken);
        var all = vault.List(caller.Sees);
        // The token is the place of the last one of the page before.
        var rest = all.Where(secret => string.CompareOrdinal(Place(secret), page.Token) > 0).ToList();
        var response = new ListSecretsResponse();
        var users = rest.Count == 0 ? [] : await UsersAsync(caller, cancellationToken);
        response.Secrets.Add(rest.Take(page.Size).Select(secret => Write(secret, users.GetValueOrDefault((secret.Tenant, secret.Name), []))));
        if (rest.Count > page.Size)
            response.NextPageToken = Place(rest[page.Size - 1]);
        return response;
    }

    /// <summary>As <see cref="Delete"/>, whatever the face that it came by.</summary>
    internal async Task<DeleteSecretResponse> DeleteAsync(DeleteSecretRequest request, Caller caller, string peer, CancellationToken cancellationToken)
    {
        MustKnowAll(caller);
        if (SecretRules.NameProblem(request.Name) is not null || !await vault.DeleteAsync(caller.Tenant, request.Name, cancellationToken))
            throw RpcErrors.Create(StatusCode.NotFound, "SECRET_NOT_FOUND", $"there is no secret '{Domain.Text.Printable.Of(request.Name)}'");
        audit.Record("secret.delete", AuditOutcome.Done, caller, peer, $"{caller.Tenant}/{request.Name}");
        return new DeleteSecretResponse();
    }

    // A secret is any function's of its tenant: who is confined to some has nothing to say about it.
    private static void MustKnowAll(Caller caller)
    {
        if (caller.Functions.Count > 0)
            throw Refusal.RoleForbidden("a token that is confined to some functions may do nothing with secrets").ToException();
    }

    private static string Place(SealedSecret secret) => $"{secret.Name} {secret.Tenant}";

    // Which functions name which secret in their newest version.
    private async Task<Dictionary<(string Tenant, string Secret), List<string>>> UsersAsync(Caller caller, CancellationToken cancellationToken)
    {
        var users = new Dictionary<(string Tenant, string Secret), List<string>>();
        var page = new Page<FunctionVersion>([], "");
        do
        {
            page = await functions.ListAsync(caller.View, [], new PageRequest(1000, page.NextToken), cancellationToken);
            foreach (var function in page.Items)
            {
                foreach (var secret in function.Manifest.Secrets.Values.Distinct())
                {
                    if (!users.TryGetValue((function.Tenant, secret), out var names))
                        users[(function.Tenant, secret)] = names = [];
                    names.Add(function.Name.Value);
                }
            }
        }
        while (page.NextToken.Length > 0);
        return users;
    }

    private static Secret Write(SealedSecret secret, IEnumerable<string> functions) => new()
    {
        Name = secret.Name,
        Tenant = secret.Tenant,
        CreatedAt = secret.CreatedAt.ToTimestamp(),
        UpdatedAt = secret.UpdatedAt.ToTimestamp(),
        Functions = { functions },
    };
}
