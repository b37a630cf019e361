namespace MiniLambda.Orchestrator.Auth;

/// <summary>The RPC that another endpoint does the same as; whoever may call the one may call the other.</summary>
/// <param name="Rpc">Such as <c>minilambda.v1.JobService/Submit</c>.</param>
internal sealed record RpcCounterpart(string Rpc);
