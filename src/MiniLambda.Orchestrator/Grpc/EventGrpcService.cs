using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Events;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The event log over gRPC.</summary>
internal sealed class EventGrpcService(EventFeed feed, IEventLog log, OrchestratorOptions options, StreamLifetime lifetime, TimeProvider clock)
    : EventService.EventServiceBase
{
    /// <summary>One who is sent nothing is told that often how far the log was looked through, if it was.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    public override async Task Watch(WatchEventsRequest request, IServerStreamWriter<WatchEventsResponse> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        using var watch = await feed.OpenAsync(Filter(request), After(request), ending.Token);
        // What happens from here on is told: whoever sees this header may do what it means to see the events of.
        await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        if (watch.IsBeyondEnd)
            throw RpcErrors.EventsTrimmed("the event log ends before this offset: it is not the log that it came from", 0, (await log.RangeAsync(ending.Token)).First);
        // Who asked for no offset learns which one to come back with.
        if (request.OnlyNew)
            await SendAsync(responseStream, new WatchEventsResponse { Offset = watch.Offset }, ending.Token);
        var (told, toldAt) = (watch.Offset, clock.GetTimestamp());
        while (request.Follow || !watch.IsAtEnd)
        {
            var step = await watch.NextAsync(ending.Token);
            if (step.IsTrimmed)
                throw RpcErrors.EventsTrimmed("events after this offset were removed: their time was over", step.Offset, (await log.RangeAsync(ending.Token)).First);
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
            throw RpcErrors.WatcherTooSlow(options.WatcherPatience, response.Offset);
        }
        finally
        {
            // One that is given up fails when its connection ends, and nobody needs to hear of it.
            _ = sending.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private static long? After(WatchEventsRequest request) => request switch
    {
        { OnlyNew: true } => null,
        { AfterOffset: < 0 } => throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", $"{request.AfterOffset} is not an offset"),
        _ => request.AfterOffset,
    };

    private static EventFilter Filter(WatchEventsRequest request)
    {
        JobId? job = null;
        if (request.Job.Length > 0)
            job = JobId.TryParse(request.Job, out var id) ? id : throw RpcErrors.JobNotFound(request.Job);
        if (request.Function.Length > 0 && !FunctionName.TryParse(request.Function, out _))
            throw RpcErrors.FunctionNotFound(request.Function);
        return new EventFilter(job, request.Function.Length > 0 ? request.Function : null, request.Worker.Length > 0 ? request.Worker : null);
    }
}
