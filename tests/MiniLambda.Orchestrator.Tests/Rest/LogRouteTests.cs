using System.Net;
using System.Text;
using System.Text.Json;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

public sealed class LogRouteTests(RestCluster rest) : IClassFixture<RestCluster>
{
    [Fact]
    public async Task A_log_is_followed_as_text_until_the_job_ends()
    {
        var job = await rest.Cluster.SubmitAsync("endless");
        using var answer = await rest.GetAsync($"/v1/jobs/{job.Id}/logs?follow=true");
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("x-content-type-options").Single());
        Assert.Equal("here\n", await answer.Content.ReadAsStringAsync());
        Assert.NotNull((await rest.Cluster.GetAsync(job.Id)).FinishedAt);
    }

    [Fact]
    public async Task A_log_as_events_resumes_tells_its_end_and_then_that_there_is_no_more()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var job = await rest.Cluster.SubmitAsync("endless");
        var path = $"/v1/jobs/{job.Id}/logs";
        long last;
        using (var stream = await ServerSentEvents.OpenAsync(rest.Cluster, path))
        {
            var piece = JsonDocument.Parse((await stream.NextAsync(patience.Token))!.Data).RootElement;
            Assert.Equal("here\n", Encoding.UTF8.GetString(piece.GetProperty("data").GetBytesFromBase64()));
            last = stream.LastId;
        }

        using (var stream = await ServerSentEvents.OpenAsync(rest.Cluster, path, last))
        {
            var end = await stream.NextAsync(patience.Token);
            // The job may have ended between the two.
            Assert.True(end is null or { Name: "end" });
            Assert.Null(await stream.NextAsync(patience.Token));
        }

        await rest.Cluster.WaitForOutcomeAsync(job.Id);
        using var over = await rest.GetAsync(path, ("accept", "text/event-stream"), ("last-event-id", $"{last}"));
        Assert.Equal(HttpStatusCode.NoContent, over.StatusCode);
    }

    [Fact]
    public async Task A_log_as_lines_of_json_is_what_the_wire_says()
    {
        var job = await rest.Cluster.SubmitAsync("endless");
        await rest.Cluster.WaitForOutcomeAsync(job.Id);
        using var answer = await rest.GetAsync($"/v1/jobs/{job.Id}/logs", ("accept", "application/x-ndjson"));
        var line = JsonDocument.Parse((await answer.Content.ReadAsStringAsync()).TrimEnd()).RootElement;
        Assert.Equal((1, "0"), (line.GetProperty("attempt").GetInt32(), line.GetProperty("offset").GetString()));
        using var rest2 = await rest.GetAsync($"/v1/jobs/{job.Id}/logs?after={line.GetProperty("position").GetString()}");
        Assert.Empty(await rest2.Content.ReadAsStringAsync());
        await RefusedAsync(HttpStatusCode.NotFound, "JOB_NOT_FOUND", rest.GetAsync("/v1/jobs/j-nope/logs"));
    }
}
