using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MiniLambda.Orchestrator.Traces;

/// <summary>The trace that a call belongs to.</summary>
internal static class CallTrace
{
    /// <summary>The <c>traceparent</c> that came with it; null when none did.</summary>
    public static string? Of(ServerCallContext context) => Of(context.GetHttpContext());

    /// <summary>The <c>traceparent</c> that came with a request; null when none did.</summary>
    public static string? Of(HttpContext context) => context.Request.Headers.TraceParent is { Count: 1 } sent ? sent[0] : null;
}
