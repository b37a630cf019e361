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

    [Fact]
    public async Task A_plain_text_orchestrator_makes_no_join_token_and_says_so()
    {
        await RefusedAsync(HttpStatusCode.Conflict, "NO_AUTHORITY", rest.PostAsync("/v1/jointokens", "{\"uses\":2}"));
        Assert.Empty((await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/jointokens"))).GetProperty("tokens").EnumerateArray());
        await RefusedAsync(HttpStatusCode.NotFound, "TOKEN_NOT_FOUND", rest.SendAsync(HttpMethod.Delete, "/v1/jointokens/nope"));
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
