using System.Net;
using System.Text.Json;
using MiniLambda.Domain.Events;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

public sealed class EventRouteTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_connection_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing()
    {
        using var patience = new CancellationTokenSource(Limit);
        await using var cluster = await TestCluster.StartAsync();
        await AppendAsync(cluster, 100);
        var (seen, last) = (new List<long>(), 0L);
        for (var round = 0; seen.Count < 400; round++)
        {
            using var stream = await ServerSentEvents.OpenAsync(cluster, "/v1/events?after=0", last == 0 ? null : last);
            if (round < 3)
                await AppendAsync(cluster, 100);
            for (var read = 0; read < 37 + round && seen.Count < 400; read++)
                seen.Add((await stream.NextAsync(patience.Token))!.Id);
            last = stream.LastId;
        }

        Assert.Equal((await cluster.Part<IEventLog>().ReadAsync(0, 1000, default)).Select(e => e.Offset), seen);
    }

    [Fact]
    public async Task An_orchestrator_that_is_started_anew_goes_on_where_the_stream_was()
    {
        using var patience = new CancellationTokenSource(Limit);
        await using var cluster = await TestCluster.StartAsync();
        await AppendAsync(cluster, 5);
        long last;
        using (var stream = await ServerSentEvents.OpenAsync(cluster, "/v1/events?after=0"))
        {
            for (var read = 0; read < 5; read++)
                Assert.NotNull(await stream.NextAsync(patience.Token));
            last = stream.LastId;
            await cluster.RestartOrchestratorAsync();
            // It may say why it ends.
            while (await stream.NextAsync(patience.Token) is { } end)
                Assert.Equal("problem", end.Name);
        }

        using var again = await ServerSentEvents.OpenAsync(cluster, "/v1/events", last);
        await AppendAsync(cluster, 1);
        var next = (await again.NextAsync(patience.Token))!;
        Assert.True(next.Id > last);
        Assert.Equal((await cluster.Part<IEventLog>().ReadAsync(last, 10, default)).Select(e => e.Offset).First(), next.Id);
    }

    [Fact]
    public async Task One_who_says_nothing_sees_what_happens_from_now_on()
    {
        using var patience = new CancellationTokenSource(Limit);
        await using var cluster = await TestCluster.StartAsync("w1");
        await cluster.PushAsync("echo", "echoes_stdin");
        await cluster.WaitForOutcomeAsync((await cluster.SubmitAsync("echo")).Id);
        using var stream = await ServerSentEvents.OpenAsync(cluster, "/v1/events?function=echo");
        while (stream.LastId == 0)
        {
            // Told where it begins before anything happens.
            var job = await cluster.SubmitAsync("echo");
            var first = JsonDocument.Parse((await stream.NextAsync(patience.Token))!.Data).RootElement;
            Assert.Equal(("SUBMITTED", job.Id), (first.GetProperty("kind").GetString(), first.GetProperty("job").GetProperty("id").GetString()));
        }
    }

    [Fact]
    public async Task Lines_of_json_end_with_the_newest_event_unless_they_are_to_go_on()
    {
        await using var cluster = await TestCluster.StartAsync();
        await AppendAsync(cluster, 3);
        using var http = RestCluster.Client(cluster, cluster.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events") { Headers = { { "accept", "application/x-ndjson" } } };
        using var answer = await http.SendAsync(request);
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.MediaType);
        var offsets = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => long.Parse(JsonDocument.Parse(line).RootElement.GetProperty("offset").GetString()!));
        Assert.Equal((await cluster.Part<IEventLog>().ReadAsync(0, 10, default)).Select(e => e.Offset), offsets);
    }

    [Fact]
    public async Task A_place_that_this_log_never_had_is_told_with_where_to_go_on()
    {
        using var patience = new CancellationTokenSource(Limit);
        await using var cluster = await TestCluster.StartAsync();
        using var stream = await ServerSentEvents.OpenAsync(cluster, "/v1/events", long.MaxValue);
        var problem = (await stream.NextAsync(patience.Token))!;
        Assert.Equal(("problem", 0), (problem.Name, problem.Id));
        Assert.Equal("EVENTS_TRIMMED", JsonDocument.Parse(problem.Data).RootElement.GetProperty("reason").GetString());
        Assert.Null(await stream.NextAsync(patience.Token));

        using var http = RestCluster.Client(cluster, cluster.Token);
        using var lines = new HttpRequestMessage(HttpMethod.Get, $"/v1/events?after={long.MaxValue}") { Headers = { { "accept", "application/x-ndjson" } } };
        await RefusedAsync(HttpStatusCode.Gone, "EVENTS_TRIMMED", http.SendAsync(lines));
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", http.GetAsync("/v1/events?after=-1"));
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", http.GetAsync("/v1/events?follow=perhaps"));
        await RefusedAsync(HttpStatusCode.NotFound, "JOB_NOT_FOUND", http.GetAsync("/v1/events?job=%3Cscript%3E"));
        using var html = new HttpRequestMessage(HttpMethod.Get, "/v1/events") { Headers = { { "accept", "text/html" } } };
        await RefusedAsync(HttpStatusCode.NotAcceptable, "NOT_ACCEPTABLE", http.SendAsync(html));
    }

    internal static Task AppendAsync(TestCluster cluster, int count, string detail = "") => Task.WhenAll(Enumerable.Range(0, count).Select(
        _ => cluster.Part<IEventLog>().AppendAsync(EventKind.WorkerSuspect, "w", detail, DateTimeOffset.UtcNow, default)));
}
