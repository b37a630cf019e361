using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Tests;

/// <summary>Answers watches of events as a test says, and notes what they asked for.</summary>
internal sealed class EventScript : EventService.EventServiceBase
{
    /// <summary>Oldest first.</summary>
    public List<WatchEventsRequest> Asked { get; } = [];

    public Func<WatchEventsRequest, IEnumerable<WatchEventsResponse>> OnWatch { get; set; } = _ => [];

    public override async Task Watch(WatchEventsRequest request, IServerStreamWriter<WatchEventsResponse> responseStream, ServerCallContext context)
    {
        Asked.Add(request);
        await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        foreach (var answer in OnWatch(request))
            await responseStream.WriteAsync(answer, context.CancellationToken);
    }
}
