using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Events;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The event log over gRPC.</summary>
internal sealed class EventGrpcService(EventReading reading, OrchestratorOptions options, StreamLifetime lifetime, TimeProvider clock)
    : EventService.EventServiceBase
{
    /// <summary>One who is sent nothing is told that often how far the log was looked through, if it was.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    public override async Task Watch(WatchEventsRequest request, IServerStreamWriter<WatchEventsResponse> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        using var watch = await reading.OpenAsync(
            Caller.Of(context), request.Job, request.Function, request.Worker, request.OnlyNew ? null : request.AfterOffset, ending.Token);
        // What happens from here on is told: whoever sees this header may do what it means to see the events of.
        await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        await reading.MustBeginWithinAsync(watch, ending.Token);
        // Who asked for no offset learns which one to come back with.
        if (request.OnlyNew)
            await SendAsync(responseStream, new WatchEventsResponse { Offset = watch.Offset }, ending.Token);
        var (told, toldAt) = (watch.Offset, clock.GetTimestamp());
        while (request.Follow || !watch.IsAtEnd)
        {
            var step = await reading.NextAsync(watch, ending.Token);
            if (step.Events.Count == 0 && clock.GetElapsedTime(toldAt) < ProgressEvery)
                continue;
            foreach (var response in EventMapping.Write(step))
                await SendAsync(responseStream, response, ending.Token);
            (told, toldAt) = (step.Offset, clock.GetTimestamp());
        }

        if (watch.Offset > told)
            await SendAsync(responseStream, new WatchEventsResponse { Offset = watch.Offset }, ending.Token);
    }

    /// <summary>Sends; gives up on one that takes nothing. What was written before that comes to it all the same, and then the refusal.</summary>
    private async Task SendAsync(IServerStreamWriter<WatchEventsResponse> stream, WatchEventsResponse response, CancellationToken cancellationToken)
    {
        var sending = stream.WriteAsync(response, CancellationToken.None);
        if (sending.IsCompletedSuccessfully)
            return;
        try
        {
            await sending.WaitAsync(options.WatcherPatience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Refused.WatcherTooSlow(options.WatcherPatience, response.Offset);
        }
        finally
        {
            // One that is given up fails when its connection ends, and nobody needs to hear of it.
            _ = sending.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
