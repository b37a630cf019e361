using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MiniLambda.Client.Traces;

/// <summary>
/// Makes each call a span of the source <see cref="SourceName"/>, while somebody listens to it, and tells the orchestrator what it belongs to
/// (W3C <c>traceparent</c>): that span, else the program's own, else what <c>TRACEPARENT</c> in the environment names.
/// </summary>
public sealed class TraceInterceptor : Interceptor
{
    /// <summary>To be named to OpenTelemetry (<c>AddSource</c>).</summary>
    public const string SourceName = "MiniLambda.Client";

    private const string Header = "traceparent";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly string? Inherited = Environment.GetEnvironmentVariable("TRACEPARENT") is { Length: > 0 } text
        && ActivityContext.TryParse(text, null, out _) ? text : null;

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var around = Activity.Current;
        if (Begin(context.Method) is not { } span)
            return continuation(request, With(context, around?.Id ?? Inherited));
        // It ends with the answer; what the caller does meanwhile is none of it.
        Activity.Current = around;
        var call = continuation(request, With(context, span.Id));
        return new AsyncUnaryCall<TResponse>(EndAsync(call.ResponseAsync, span), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(With(context, Activity.Current?.Id ?? Inherited));

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, Activity.Current?.Id ?? Inherited));

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(With(context, Activity.Current?.Id ?? Inherited));

    private static Activity? Begin<TRequest, TResponse>(Method<TRequest, TResponse> method)
    {
        if (!Source.HasListeners())
            return null;
        var parent = Activity.Current is null && Inherited is not null ? ActivityContext.Parse(Inherited, null) : default;
        var span = Source.StartActivity(method.FullName.TrimStart('/'), ActivityKind.Client, parent);
        return span?.SetTag("rpc.system", "grpc").SetTag("rpc.service", method.ServiceName).SetTag("rpc.method", method.Name);
    }

    private static ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, string? trace)
        where TRequest : class
        where TResponse : class
    {
        if (trace is null)
            return context;
        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? [])
            headers.Add(entry);
        headers.Add(Header, trace);
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers));
    }

    private static async Task<T> EndAsync<T>(Task<T> response, Activity span)
    {
        try
        {
            return await response;
        }
        catch (Exception e)
        {
            span.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            var around = Activity.Current;
            span.Stop();
            Activity.Current = around;
        }
    }
}
