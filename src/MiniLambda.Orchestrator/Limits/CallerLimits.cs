using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Limits;

/// <summary>
/// How many calls one caller may have open at once; and its connection counts as proven from here on. Those without a credential are told apart by their
/// addresses: else one of them could keep all others from joining, and from asking whether this orchestrator lives.
/// </summary>
internal sealed class CallerLimits(RequestDelegate next, OrchestratorOptions options)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    // By name: tokens that stand, workers that joined. A caller without open calls is not in it.
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await next(context);
            return;
        }

        // One that calls what needs no credential has shown none.
        var isNobody = ReferenceEquals(caller, Caller.Nobody);
        if (!isNobody)
            context.Features.Get<UnprovenConnection>()?.Prove();
        var name = isNobody ? $"{caller.Name} {AttemptLimits.Source(context.Connection.RemoteIpAddress ?? IPAddress.None)}" : caller.Name;
        if (_open.AddOrUpdate(name, 1, static (_, count) => count + 1) > options.MaxCallsPerCaller)
        {
            Leave(name);
            await RefuseAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Leave(name);
        }
    }

    private void Leave(string name)
    {
        if (_open.AddOrUpdate(name, 0, static (_, count) => count - 1) == 0)
            _open.TryRemove(KeyValuePair.Create(name, 0));
    }

    private Task RefuseAsync(HttpContext context)
    {
        var status = RpcErrors.Describe(StatusCode.ResourceExhausted, "TOO_MANY_CALLS", $"this caller has {options.MaxCallsPerCaller} calls open already");
        status.Details.Add(Any.Pack(new Google.Rpc.RetryInfo { RetryDelay = AskAgain.ToDuration() }));
        return RefusedRequest.AnswerAsync(context, status, StatusCodes.Status429TooManyRequests);
    }
}
