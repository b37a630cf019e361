using Grpc.Core;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Who makes a call, by its token.</summary>
/// <param name="Tenant">Who its jobs belong to.</param>
internal sealed record Caller(string Tenant)
{
    public static Caller Of(ServerCallContext context) => context.GetHttpContext().Features.Get<Caller>()!;
}
