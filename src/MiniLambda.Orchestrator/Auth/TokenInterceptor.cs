using Grpc.Core;
using Grpc.Core.Interceptors;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Refuses every call that does not bear the token, before anything of it is read.</summary>
internal sealed class TokenInterceptor(SharedToken token) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(requestStream, responseStream, context);
    }

    private void Require(ServerCallContext context)
    {
        var authorization = context.RequestHeaders.GetValue("authorization");
        if (token.Accepts(authorization))
            return;
        throw RpcErrors.Create(
            StatusCode.Unauthenticated,
            authorization is null ? "TOKEN_MISSING" : "TOKEN_WRONG",
            authorization is null ? "no token: set MINILAMBDA_TOKEN or use --token" : "the token is not this orchestrator's");
    }
}
