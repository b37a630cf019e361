using System.Runtime.CompilerServices;
using Grpc.Core;

namespace MiniLambda.Client.Streams;

/// <summary>A stream of calls that are made again when they break, until one ends.</summary>
internal static class ResumedStream
{
    /// <summary>What all of the calls send.</summary>
    /// <exception cref="ApiException">The orchestrator refused a call, or stayed away for too long.</exception>
    /// <param name="open">Makes the call again, for what did not come yet; null when nothing more is wanted.</param>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<AsyncServerStreamingCall<T>?> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var outage = new Outage(TimeProvider.System, new Random());
        while (open() is { } opened)
        {
            using var call = opened;
            if (await IsTakenAsync(call))
                outage.Opened();
            TimeSpan wait;
            while (true)
            {
                try
                {
                    if (!await call.ResponseStream.MoveNext(cancellationToken))
                        yield break;
                }
                catch (ApiException e) when (IsPassing(e) && TryGoOn(e, out wait))
                {
                    break;
                }

                outage.Received();
                yield return call.ResponseStream.Current;
            }

            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }

        bool TryGoOn(ApiException failure, out TimeSpan wait)
        {
            if (failure.IsHungUp)
                outage.Opened();
            return outage.TryGoOn(out wait);
        }
    }

    /// <summary>Whether the orchestrator took the call. Headers alone do not say so: a refusal has some too, and so has a proxy's.</summary>
    private static async Task<bool> IsTakenAsync<T>(AsyncServerStreamingCall<T> call)
    {
        try
        {
            return (await call.ResponseHeadersAsync).GetValue("minilambda-stream") == "open";
        }
        catch (RpcException)
        {
            // The stream tells why.
            return false;
        }
    }

    // What the orchestrator itself says it failed at, with a reason, would fail again; unless it is that it goes away, or that too little was taken of it.
    private static bool IsPassing(ApiException e) => e.Status is StatusCode.Unavailable || e.Reason == "WATCHER_TOO_SLOW"
        || (e.Reason.Length == 0 && e.Status is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled);
}
