using System.Net;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

public sealed class AccessRouteTests(RestCluster rest) : IClassFixture<RestCluster>
{
    [Fact]
    public async Task A_token_is_made_used_and_revoked_and_streams_that_it_opened_end()
    {
        var made = await JsonAsync(HttpStatusCode.Created, rest.PostAsync("/v1/tokens", "{\"role\":\"READER\",\"description\":\"screen\"}"));
        var (id, secret) = (made.GetProperty("token").GetProperty("id").GetString(), made.GetProperty("secret").GetString()!);
        using var reader = RestCluster.Client(rest.Cluster, secret);
        var who = await JsonAsync(HttpStatusCode.OK, reader.GetAsync("/v1/whoami"));
        Assert.Equal((id, "READER"), (who.GetProperty("tokenId").GetString(), who.GetProperty("role").GetString()));
        await RefusedAsync(HttpStatusCode.Forbidden, "ROLE_FORBIDDEN", reader.PostAsync("/v1/jobs", Json("{\"function\":\"echo\"}")));
        await RefusedAsync(HttpStatusCode.Forbidden, "ROLE_FORBIDDEN", reader.GetAsync("/v1/tokens"));
        var listed = await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/tokens"));
        Assert.Contains(listed.GetProperty("tokens").EnumerateArray(), t => t.GetProperty("id").GetString() == id);
        Assert.DoesNotContain(secret, listed.GetRawText(), StringComparison.Ordinal);
        using var stream = await reader.GetAsync("/v1/events", HttpCompletionOption.ResponseHeadersRead);

        await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Delete, $"/v1/tokens/{id}"));
        var told = await stream.Content.ReadAsStringAsync();
        Assert.Contains("event: problem", told, StringComparison.Ordinal);
        Assert.Contains("TOKEN_REVOKED", told, StringComparison.Ordinal);
        await RefusedAsync(HttpStatusCode.Unauthorized, "TOKEN_REVOKED", reader.GetAsync("/v1/whoami"));
        await RefusedAsync(HttpStatusCode.NotFound, "TOKEN_NOT_FOUND", rest.SendAsync(HttpMethod.Delete, "/v1/tokens/nope"));
        await RefusedAsync(HttpStatusCode.Conflict, "TOKEN_OF_FILE", rest.SendAsync(HttpMethod.Delete, "/v1/tokens/cluster"));
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.PostAsync("/v1/tokens", "{\"role\":\"KING\"}"));
    }

    [Theory]
    [InlineData("PUT", "/v1/blobs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("PUT", "/v1/functions/late")]
    [InlineData("POST", "/v1/functions/echo/invoke")]
    public async Task What_a_token_is_sending_ends_when_it_is_revoked(string method, string path)
    {
        var made = await JsonAsync(HttpStatusCode.Created, rest.PostAsync("/v1/tokens", "{\"role\":\"OPERATOR\"}"));
        var id = made.GetProperty("token").GetProperty("id").GetString();
        using var sender = RestCluster.Client(rest.Cluster, made.GetProperty("secret").GetString()!);
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new UnfinishedContent(100_000),
        };
        var sending = sender.SendAsync(request);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await IsUsedAsync())
            await Task.Delay(20, patience.Token);
        await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Delete, $"/v1/tokens/{id}"));
        await RefusedAsync(HttpStatusCode.Unauthorized, "TOKEN_REVOKED", sending);

        async Task<bool> IsUsedAsync()
        {
            var listed = await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/tokens"));
            return listed.GetProperty("tokens").EnumerateArray().Single(t => t.GetProperty("id").GetString() == id).TryGetProperty("lastUsedAt", out _);
        }
    }

    [Fact]
    public async Task A_plain_text_orchestrator_makes_no_join_token_and_says_so()
    {
        await RefusedAsync(HttpStatusCode.Conflict, "NO_AUTHORITY", rest.PostAsync("/v1/jointokens", "{\"uses\":2}"));
        Assert.Empty((await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/jointokens"))).GetProperty("tokens").EnumerateArray());
        await RefusedAsync(HttpStatusCode.NotFound, "TOKEN_NOT_FOUND", rest.SendAsync(HttpMethod.Delete, "/v1/jointokens/nope"));
    }

    [Fact]
    public async Task A_secret_comes_in_and_never_out()
    {
        const string value = "what-nobody-reads-back";
        var set = await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Put, "/v1/secrets/rest-key", new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(value))));
        Assert.Equal("rest-key", set.GetProperty("name").GetString());
        var listed = await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/secrets"));
        Assert.Contains("rest-key", listed.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(value, listed.GetRawText(), StringComparison.Ordinal);
        using var deleted = await rest.SendAsync(HttpMethod.Delete, "/v1/secrets/rest-key");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await RefusedAsync(HttpStatusCode.NotFound, "SECRET_NOT_FOUND", rest.SendAsync(HttpMethod.Delete, "/v1/secrets/rest-key"));
        await RefusedAsync(HttpStatusCode.BadRequest, "SECRET_INVALID", rest.SendAsync(HttpMethod.Put, "/v1/secrets/Not%20a%20name", new ByteArrayContent([65])));
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.SendAsync(HttpMethod.Put, "/v1/secrets/rest-key", new ByteArrayContent([0xff])));
    }

    [Fact]
    public async Task What_is_done_by_this_face_is_taken_down_as_by_the_other()
    {
        using var pushed = await rest.SendAsync(HttpMethod.Put, "/v1/functions/audited", new ByteArrayContent(Module("echoes_stdin")));
        await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Delete, "/v1/functions/audited"));
        await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/workers/w1/drain", "{}"));
        await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Post, "/v1/workers/w1/resume"));
        await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/jobs:cancel", "{\"function\":\"audited\"}"));
        var wanted = new HashSet<string> { "function.push", "function.delete", "worker.drain", "worker.resume", "job.cancel" };
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var stream = await ServerSentEvents.OpenAsync(rest.Cluster, "/v1/audit?after=0");
        while (wanted.Count > 0)
            wanted.Remove(System.Text.Json.JsonDocument.Parse((await stream.NextAsync(patience.Token))!.Data).RootElement.GetProperty("action").GetString()!);
        using var last = await rest.GetAsync("/v1/audit?last=1");
        Assert.Equal("application/x-ndjson", last.Content.Headers.ContentType!.MediaType);
        Assert.Single((await last.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True((await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/audit/verify"))).GetProperty("intact").GetBoolean());
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.GetAsync("/v1/audit?last=many"));
        await RefusedAsync(HttpStatusCode.BadRequest, "SETTING_OUT_OF_RANGE", rest.GetAsync("/v1/audit?last=-1"));
    }

    [Fact]
    public async Task One_without_a_token_is_told_as_a_problem_and_learns_nothing()
    {
        using var stranger = new HttpClient { BaseAddress = rest.Cluster.Url };
        await RefusedAsync(HttpStatusCode.Unauthorized, "TOKEN_MISSING", stranger.GetAsync("/v1/jobs"));
        using var answer = await stranger.GetAsync("/v1/there/is/nothing");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }
}
