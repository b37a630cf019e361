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
    public override async Task<Secret> Set(SetSecretRequest request, ServerCallContext context)
    {
        if (SecretRules.Problem(request.Name, request.Value) is { } problem)
            throw RpcErrors.Invalid("SECRET_INVALID", problem);
        var caller = Caller.Of(context);
        var secret = await vault.SetAsync(caller.Tenant, request.Name, request.Value, context.CancellationToken)
            ?? throw RpcErrors.Create(StatusCode.ResourceExhausted, "SECRET_INVALID", $"tenant '{caller.Tenant}' has {SecretRules.MaxPerTenant} secrets already: delete one");
        audit.Record("secret.set", AuditOutcome.Done, caller, context.Peer, $"{caller.Tenant}/{request.Name}");
        return Write(secret, []);
    }

    public override async Task<ListSecretsResponse> List(ListSecretsRequest request, ServerCallContext context)
    {
        var page = Paging.Read(request.PageSize, request.PageToken);
        var all = vault.List(Caller.Of(context).Sees);
        // The token is the place of the last one of the page before.
        var rest = all.Where(secret => string.CompareOrdinal(Place(secret), page.Token) > 0).ToList();
        var response = new ListSecretsResponse();
        var users = rest.Count == 0 ? [] : await UsersAsync(Caller.Of(context), context.CancellationToken);
        response.Secrets.Add(rest.Take(page.Size).Select(secret => Write(secret, users.GetValueOrDefault((secret.Tenant, secret.Name), []))));
        if (rest.Count > page.Size)
            response.NextPageToken = Place(rest[page.Size - 1]);
        return response;
    }

    public override async Task<DeleteSecretResponse> Delete(DeleteSecretRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        if (SecretRules.NameProblem(request.Name) is not null || !await vault.DeleteAsync(caller.Tenant, request.Name, context.CancellationToken))
            throw RpcErrors.Create(StatusCode.NotFound, "SECRET_NOT_FOUND", $"there is no secret '{Domain.Text.Printable.Of(request.Name)}'");
        audit.Record("secret.delete", AuditOutcome.Done, caller, context.Peer, $"{caller.Tenant}/{request.Name}");
        return new DeleteSecretResponse();
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
