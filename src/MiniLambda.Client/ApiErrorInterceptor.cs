using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MiniLambda.Client;

/// <summary>Puts token and tenant on every call, a deadline on unary ones, and turns what goes wrong into <see cref="ApiException"/>.</summary>
internal sealed class ApiErrorInterceptor(Uri server, string token, string tenant, TimeProvider clock) : Interceptor
{
    /// <summary>For calls that answer at once; waiting is done on streams, and by <c>Invoke</c>, which have none.</summary>
    private static readonly TimeSpan UnaryDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Whether calls are signed with the token, which is not sent then.</summary>
    public bool IsSigned { get; init; }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var deadline = context.Method.Name == "Invoke" ? (DateTime?)null : clock.GetUtcNow().UtcDateTime + UnaryDeadline;
        var call = continuation(request, Prepare(context, deadline));
        return new AsyncUnaryCall<TResponse>(
            TranslateAsync(call.ResponseAsync, context.Options.CancellationToken), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(Prepare(context, null));
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            call.RequestStream, TranslateAsync(call.ResponseAsync, context.Options.CancellationToken), call.ResponseHeadersAsync, call.GetStatus,
            call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, Prepare(context, null));
        return new AsyncServerStreamingCall<TResponse>(
            new Reader<TResponse>(call.ResponseStream, server, context.Options.CancellationToken), call.ResponseHeadersAsync, call.GetStatus,
            call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(Prepare(context, null));
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call.RequestStream, new Reader<TResponse>(call.ResponseStream, server, context.Options.CancellationToken), call.ResponseHeadersAsync,
            call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private ClientInterceptorContext<TRequest, TResponse> Prepare<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, DateTime? deadline)
        where TRequest : class
        where TResponse : class
    {
        if (IsSigned && context.Method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
            throw CannotSign(context.Method.Name);
        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? [])
            headers.Add(entry);
        if (token.Length > 0 && !IsSigned)
            headers.Add("authorization", $"Bearer {token}");
        // A call may name another one itself.
        if (tenant.Length > 0 && headers.Get(TenantHeader.Name) is null)
            headers.Add(TenantHeader.Name, tenant);
        var options = context.Options.WithHeaders(headers);
        if (deadline is { } at && context.Options.Deadline is null)
            options = options.WithDeadline(at);
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options);
    }

    // As the orchestrator says it.
    private static ApiException CannotSign(string call)
    {
        var message = $"{call} streams to the orchestrator, and such a call cannot be signed: leave --sign (MINILAMBDA_SIGN) away, which is safe over https";
        return new ApiException(StatusCode.InvalidArgument, "SIGNATURE_OF_STREAM", message, new RpcException(new Status(StatusCode.InvalidArgument, message)));
    }

    private async Task<T> TranslateAsync<T>(Task<T> response, CancellationToken caller)
    {
        try
        {
            return await response;
        }
        catch (RpcException e)
        {
            throw Translate(e, server, caller.IsCancellationRequested);
        }
    }

    // A server that goes away may cancel what it has open: only who asked for it is told of a cancellation.
    private static Exception Translate(RpcException e, Uri server, bool isWanted) =>
        e.StatusCode == StatusCode.Cancelled && isWanted ? new OperationCanceledException(e.Message, e) : ApiException.From(e, server);

    private sealed class Reader<T>(IAsyncStreamReader<T> inner, Uri server, CancellationToken caller) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await inner.MoveNext(cancellationToken);
            }
            catch (RpcException e)
            {
                throw Translate(e, server, caller.IsCancellationRequested || cancellationToken.IsCancellationRequested);
            }
        }
    }
}
