using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using MiniLambda.Domain.Access;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Tests.Tenants;

/// <summary>Has calls come from whom a header of the test says: tokens of every kind, without making them.</summary>
internal sealed class TestCaller : Interceptor
{
    private const string Header = "test-caller";

    public static void Add(IServiceCollection services) => services.AddGrpc(grpc => grpc.Interceptors.Add<TestCaller>());

    public static Metadata.Entry Worker(string name) => new(Header, $"{Role.Worker}|worker:{name}||");

    public static Metadata.Entry Token(string tenant, string functions) => new(Header, $"{Role.Operator}|token:test|{tenant}|{functions}");

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) => continuation(request, As(context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(requestStream, As(context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) => continuation(request, responseStream, As(context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) => continuation(requestStream, responseStream, As(context));

    private static ServerCallContext As(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(Header)?.Split('|') is [var role, var name, var tenant, var functions])
        {
            context.GetHttpContext().Features.Set(new Caller(name, Enum.Parse<Role>(role), tenant.Length == 0 ? null : tenant)
            {
                Functions = functions.Split(',', StringSplitOptions.RemoveEmptyEntries),
            });
        }

        return context;
    }
}
