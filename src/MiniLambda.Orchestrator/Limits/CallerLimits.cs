using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Limits;

/// <summary>How many calls one caller may have open at once; and its connection counts as proven from here on.</summary>
internal sealed class CallerLimits(RequestDelegate next, OrchestratorOptions options)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    // By name: tokens that stand, workers that joined. A caller without open calls is not in it.
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>How many calls a caller has open.</summary>
    internal int Open(string caller) => _open.GetValueOrDefault(caller);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await next(context);
            return;
        }

        // One that calls what needs no credential has shown none.
        if (!ReferenceEquals(caller, Caller.Nobody))
            context.Features.Get<UnprovenConnection>()?.Prove();
        if (_open.AddOrUpdate(caller.Name, 1, static (_, count) => count + 1) > options.MaxCallsPerCaller)
        {
            Leave(caller);
            Refuse(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Leave(caller);
        }
    }

    private void Leave(Caller caller)
    {
        if (_open.AddOrUpdate(caller.Name, 0, static (_, count) => count - 1) == 0)
            _open.TryRemove(KeyValuePair.Create(caller.Name, 0));
    }

    private void Refuse(HttpContext context)
    {
        var status = RpcErrors.Describe(StatusCode.ResourceExhausted, "TOO_MANY_CALLS", $"this caller has {options.MaxCallsPerCaller} calls open already");
        status.Details.Add(Any.Pack(new Google.Rpc.RetryInfo { RetryDelay = AskAgain.ToDuration() }));
        RefusedRequest.Answer(context, status, StatusCodes.Status429TooManyRequests);
    }
}
