using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Events;

/// <summary>One bare watch over a connection of its own, read as far as a test wants to.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));
    private readonly AsyncServerStreamingCall<WatchEventsResponse> _call;

    private EventReader(TestCluster cluster, WatchEventsRequest request)
    {
        _channel = GrpcChannel.ForAddress(cluster.Url);
        _call = new EventService.EventServiceClient(_channel).Watch(
            request, new Metadata { { "authorization", $"Bearer {cluster.Token}" } }, cancellationToken: _patience.Token);
    }

    /// <summary>What was told last.</summary>
    public long Offset { get; private set; }

    /// <summary>Comes back when the watch stands.</summary>
    public static async Task<EventReader> OpenAsync(TestCluster cluster, WatchEventsRequest request)
    {
        var reader = new EventReader(cluster, request);
        Assert.Equal("open", (await reader._call.ResponseHeadersAsync).GetValue("minilambda-stream"));
        return reader;
    }

    public static async Task<List<Event>> ReadAllAsync(TestCluster cluster, WatchEventsRequest request)
    {
        using var reader = await OpenAsync(cluster, request);
        return await reader.ReadToEndAsync();
    }

    /// <summary>The events of the next answer.</summary>
    public async Task<List<Event>> ReadAnswerAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(_patience.Token));
        var events = new List<Event>();
        Take(events);
        return events;
    }

    /// <summary>So many events, or more where they came together.</summary>
    public async Task<List<Event>> ReadAsync(int count)
    {
        var events = new List<Event>();
        while (events.Count < count && await _call.ResponseStream.MoveNext(_patience.Token))
            Take(events);
        return events;
    }

    public async Task<List<Event>> ReadToEndAsync()
    {
        var events = new List<Event>();
        while (await _call.ResponseStream.MoveNext(_patience.Token))
            Take(events);
        return events;
    }

    /// <summary>Reads until the watch is refused.</summary>
    public async Task<(List<Event> Events, StatusCode Status, Google.Rpc.ErrorInfo? Info)> ReadToRefusalAsync()
    {
        var events = new List<Event>();
        try
        {
            while (await _call.ResponseStream.MoveNext(_patience.Token))
                Take(events);
        }
        catch (RpcException e)
        {
            return (events, e.StatusCode, e.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>());
        }

        throw new InvalidOperationException("the watch ended");
    }

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
        _patience.Dispose();
    }

    private void Take(List<Event> events)
    {
        events.AddRange(_call.ResponseStream.Current.Events);
        Offset = _call.ResponseStream.Current.Offset;
    }
}
