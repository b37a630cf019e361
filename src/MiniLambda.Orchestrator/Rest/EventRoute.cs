using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Events;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Streams;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>The event log.</summary>
internal sealed class EventRoute(EventReading reading, LiveCall live, OrchestratorOptions options, TimeProvider clock) : IRestResource
{
    /// <summary>One who is sent nothing is told that often how far the log was looked through, if it was.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    public void Map(RestRoutes routes) => routes.Get("/events", "EventService/Watch", new Operation("watchEvents", "events", "What happens to jobs and workers, in order"), WatchAsync)
        .Says("As server-sent events, whose ids are offsets; with Accept: application/x-ndjson as lines of JSON. What ends the stream before its time is told by an event named problem.")
        .Query("follow", JsonSchemaType.Boolean, "Go on with what happens later; usual for server-sent events.")
        .Query("after", JsonSchemaType.Integer, "Events with larger offsets: 0 from the oldest that is kept. Left out: what happens from now on, or without follow all that is kept.")
        .Query("job", JsonSchemaType.String, "Only events of this job.")
        .Query("function", JsonSchemaType.String, "Only events of jobs of this function.")
        .Query("worker", JsonSchemaType.String, "Only events of this worker, and of jobs whose newest attempt is its.")
        .Header("Last-Event-ID", "As after; a browser sends it by itself when it comes back.")
        .Gives(StatusCodes.Status200OK, "The events.", new Content("text/event-stream", Event.Descriptor), new Content("application/x-ndjson", Event.Descriptor));

    private async Task WatchAsync(HttpContext context)
    {
        var (format, query) = (LiveFormats.Choose(context.Request, LiveFormat.Events, LiveFormat.Lines), context.Request.Query);
        var (after, follow) = (LiveCall.After(context.Request), context.Follows(usually: format == LiveFormat.Events));
        var answer = new LiveAnswer(context, format, options.WatcherPatience, clock);
        await live.RunAsync(context, answer, async ending =>
        {
            using var watch = await reading.OpenAsync(
                Caller.Of(context), query["job"].ToString(), query["function"].ToString(), query["worker"].ToString(), after ?? (follow ? null : 0), ending);
            // A browser that is answered an error never comes back; told it within the stream it does, to where the log goes on.
            if (!answer.IsEvents)
                await reading.MustBeginWithinAsync(watch, ending);
            await answer.OpenAsync(ending);
            await reading.MustBeginWithinAsync(watch, ending);
            await SendAsync(answer, watch, follow, ending);
        });
    }

    private async Task SendAsync(LiveAnswer answer, EventWatch watch, bool follow, CancellationToken cancellationToken)
    {
        // Who asked for no offset learns which one to come back with.
        answer.Add(watch.Offset);
        await answer.FlushAsync(cancellationToken);
        var toldAt = clock.GetTimestamp();
        await answer.PumpAsync(token => StepsAsync(watch, follow, token), WriteAsync, cancellationToken);
        answer.Add(watch.Offset);

        async Task WriteAsync(EventStep step, CancellationToken token)
        {
            if (step.Events.Count == 0 && clock.GetElapsedTime(toldAt) < ProgressEvery)
                return;
            foreach (var response in EventMapping.Write(step))
            {
                foreach (var e in response.Events)
                    answer.Add(e.Offset, e);
                if (response.Events.Count == 0 || response.Events[^1].Offset < response.Offset)
                    answer.Add(response.Offset);
                await answer.FlushAsync(token);
            }

            toldAt = clock.GetTimestamp();
        }
    }

    private async IAsyncEnumerable<EventStep> StepsAsync(EventWatch watch, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (follow || !watch.IsAtEnd)
            yield return await reading.NextAsync(watch, cancellationToken);
    }
}
