using System.Net;
using System.Text.Json;
using MiniLambda.Contracts.V1;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

public sealed class JobRouteTests(RestCluster rest) : IClassFixture<RestCluster>
{
    private const string Later = "{\"function\":\"echo\",\"delay\":\"3600s\"}";

    [Fact]
    public async Task A_job_is_submitted_seen_and_told_as_the_command_line_tells_it()
    {
        using var accepted = await rest.PostAsync("/v1/jobs", $"{{\"function\":\"echo\",\"input\":\"{Convert.ToBase64String("hi"u8)}\",\"priority\":2}}");
        Assert.Equal(HttpStatusCode.Created, accepted.StatusCode);
        var id = accepted.Headers.Location!.ToString().Split('/')[^1];
        await rest.Cluster.WaitForOutcomeAsync(id);
        using var answer = await rest.GetAsync($"/v1/jobs/{id}");
        var text = await answer.Content.ReadAsStringAsync();
        var same = new Google.Protobuf.JsonFormatter(Google.Protobuf.JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
        Assert.Equal(same.Format(await rest.Cluster.GetAsync(id)), text);
        var explanation = await JsonAsync(HttpStatusCode.OK, rest.GetAsync($"/v1/jobs/{id}/explain"));
        Assert.Contains("w1", explanation.GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_the_header_makes_two_requests_one_job()
    {
        var key = ("idempotency-key", $"{Guid.NewGuid()}");
        var first = await JsonAsync(HttpStatusCode.Created, rest.PostAsync("/v1/jobs", Later, key));
        var second = await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/jobs", Later, key));
        Assert.True(second.GetProperty("repeatedRequest").GetBoolean());
        Assert.Equal(Id(first), Id(second));
        await RefusedAsync(HttpStatusCode.Conflict, "IDEMPOTENCY_KEY_TAKEN", rest.PostAsync("/v1/jobs", Later.Replace("3600", "60", StringComparison.Ordinal), key));
    }

    [Fact]
    public async Task A_job_is_cancelled_retried_and_removed()
    {
        var path = $"/v1/jobs/{Id(await JsonAsync(HttpStatusCode.Created, rest.PostAsync("/v1/jobs", Later)))}";
        await RefusedAsync(HttpStatusCode.Conflict, "JOB_NOT_FINISHED", rest.GetAsync($"{path}/result"));
        await RefusedAsync(HttpStatusCode.Conflict, "JOB_NOT_FINISHED", rest.SendAsync(HttpMethod.Delete, path));
        Assert.Equal("CANCELLED", (await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Post, $"{path}/cancel"))).GetProperty("state").GetString());
        await RefusedAsync(HttpStatusCode.Conflict, "JOB_FINISHED", rest.SendAsync(HttpMethod.Post, $"{path}/cancel"));
        Assert.Equal("QUEUED", (await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Post, $"{path}/retry"))).GetProperty("state").GetString());
        await rest.Cluster.WaitForOutcomeAsync(path.Split('/')[^1]);
        using var removed = await rest.SendAsync(HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await RefusedAsync(HttpStatusCode.NotFound, "JOB_NOT_FOUND", rest.GetAsync(path));
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged_and_a_bad_filter_is_none()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add(Id(await JsonAsync(HttpStatusCode.Created, rest.PostAsync("/v1/jobs", "{\"function\":\"large\",\"delay\":\"3600s\"}"))));
        using var page = await rest.GetAsync("/v1/jobs?states=queued,running&function=large&pageSize=2");
        var jobs = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("id").GetString());
        Assert.Equal([ids[2], ids[1]], jobs);
        var next = Assert.Single(page.Headers.GetValues("link"));
        Assert.EndsWith("rel=\"next\"", next, StringComparison.Ordinal);
        var rest2 = await JsonAsync(HttpStatusCode.OK, rest.GetAsync(next.Split('<', '>')[1]));
        Assert.Equal(ids[0], rest2.GetProperty("jobs")[0].GetProperty("id").GetString());

        await RefusedAsync(HttpStatusCode.BadRequest, "PAGE_TOKEN_INVALID", rest.GetAsync("/v1/jobs?pageToken=x%00y"));
        Assert.Contains("'states'?", await RefusedAsync(HttpStatusCode.BadRequest, "FIELD_UNKNOWN", rest.GetAsync("/v1/jobs?state=failed")), StringComparison.Ordinal);
        Assert.Contains("QUEUED", await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.GetAsync("/v1/jobs?states=lost")), StringComparison.Ordinal);
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.GetAsync("/v1/jobs?createdAfter=yesterday"));
        Assert.Equal("3", (await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/jobs:cancel", "{\"function\":\"large\"}"))).GetProperty("count").GetString());
        await RefusedAsync(HttpStatusCode.BadRequest, "SETTING_OUT_OF_RANGE", rest.PostAsync("/v1/jobs:cancel", "{}"));
    }

    [Fact]
    public async Task A_batch_is_answered_line_by_line_and_a_bad_line_stops_none_of_the_others()
    {
        var lines = "{\"function\":\"echo\",\"delay\":\"3600s\"}\n\n{\"function\":\"nope\"}\r\n{bad\n" + new string('x', (1 << 20) + 5) + "\n{\"functoin\":\"echo\"}\n" + Later;
        using var answer = await rest.SendAsync(HttpMethod.Post, "/v1/jobs:batch", Json(lines, "application/x-ndjson"));
        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var answers = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(["0", "1", "2", "3", "4", "5"], answers.Select(a => a.GetProperty("index").GetString()));
        Assert.Equal(
            ["", "FUNCTION_NOT_FOUND", "MESSAGE_MALFORMED", "BODY_TOO_LARGE", "FIELD_UNKNOWN", ""], answers.Select(a => a.GetProperty("reason").GetString()));
        Assert.Equal(Job.Types.State.Queued, (await rest.Cluster.GetAsync(answers[5].GetProperty("id").GetString()!)).State);
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "CONTENT_TYPE_UNSUPPORTED", rest.PostAsync("/v1/jobs:batch", Later));
    }

    [Fact]
    public async Task A_batch_of_many_takes_them_all()
    {
        var lines = string.Concat(Enumerable.Repeat("{\"function\":\"echo\",\"delay\":\"3600s\"}\n", 2000));
        using var answer = await rest.SendAsync(HttpMethod.Post, "/v1/jobs:batch", Json(lines, "application/x-ndjson"));
        var answers = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2000, answers.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("id").GetString()!).Where(id => id.Length > 0).Distinct().Count());
    }

    [Fact]
    public async Task Dead_letters_are_listed_redriven_and_purged()
    {
        var failed = (await rest.Cluster.WaitForOutcomeAsync((await rest.Cluster.SubmitAsync("fails")).Id)).Id;
        Assert.Contains(failed, await DeadAsync());
        Assert.Equal("1", (await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/deadletters:redrive", "{\"function\":\"fails\"}"))).GetProperty("count").GetString());
        await rest.Cluster.WaitAsync(failed, static job => job is { FinishedAt: not null, DeadLettered: true });
        Assert.Equal("1", (await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/deadletters:purge", "{\"all\":true}"))).GetProperty("count").GetString());
        Assert.DoesNotContain(failed, await DeadAsync());

        async Task<IEnumerable<string?>> DeadAsync() =>
            (await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/deadletters"))).GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Workers_are_listed_drained_and_resumed()
    {
        var all = await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/workers"));
        Assert.Equal("w1", Assert.Single(all.GetProperty("workers").EnumerateArray()).GetProperty("name").GetString());
        var drained = await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/workers/w1/drain", "{\"deadline\":\"60s\"}"));
        Assert.Equal("DRAINING", drained.GetProperty("status").GetString());
        Assert.Equal("READY", (await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Post, "/v1/workers/w1/resume"))).GetProperty("status").GetString());
        await RefusedAsync(HttpStatusCode.NotFound, "WORKER_NOT_FOUND", rest.GetAsync("/v1/workers/w2"));
        await RefusedAsync(HttpStatusCode.NotFound, "WORKER_NOT_FOUND", rest.SendAsync(HttpMethod.Delete, "/v1/workers/w2"));
        await RefusedAsync(HttpStatusCode.BadRequest, "DEADLINE_INVALID", rest.PostAsync("/v1/workers/w1/drain", "{\"deadline\":\"-1s\"}"));
        Assert.Equal("1048576", (await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/cluster"))).GetProperty("maxInputSize").GetString());
    }

    private static string Id(JsonElement submitted) => submitted.GetProperty("job").GetProperty("id").GetString()!;
}
