using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Text;
using Role = MiniLambda.Domain.Access.Role;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>What a new token may be.</summary>
internal static class TokenLimits
{
    private const int MaxPatterns = 32;
    private const int MaxDescription = 200;

    /// <summary>Reads what is asked for.</summary>
    /// <exception cref="RpcException">Some of it may not be.</exception>
    public static (Role Role, string? Tenant, IReadOnlyList<string> Functions, string Description) Read(CreateTokenRequest request)
    {
        var role = request.Role is >= Contracts.V1.Role.Reader and <= Contracts.V1.Role.Admin
            ? (Role)(int)request.Role
            : throw OutOfRange("a token's role is reader, submitter, operator or admin");
        if (request.Tenant.Length > 0 && !FunctionName.TryParse(request.Tenant, out _))
            throw OutOfRange($"'{Printable.Of(request.Tenant)}' is not a tenant's name ({FunctionName.Rule})");
        if (request.Functions.Count > MaxPatterns)
            throw OutOfRange($"a token has at most {MaxPatterns} patterns of functions, not {request.Functions.Count}");
        if (request.Functions.FirstOrDefault(f => !FunctionPatterns.IsValid(f)) is { } wrong)
            throw OutOfRange($"'{Printable.Of(wrong)}' is not {FunctionPatterns.Rule}");
        if (request.Description.Length > MaxDescription)
            throw OutOfRange($"a description has at most {MaxDescription} characters, not {request.Description.Length}");
        return (role, request.Tenant.Length == 0 ? null : request.Tenant, [.. request.Functions.Distinct()], Printable.Line(request.Description));
    }

    public static RpcException OutOfRange(string message) => RpcErrors.Invalid("SETTING_OUT_OF_RANGE", message);
}
