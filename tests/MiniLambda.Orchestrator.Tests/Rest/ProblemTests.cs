using System.Net;
using System.Text;
using MiniLambda.Orchestrator.Auth;
using Microsoft.AspNetCore.Routing;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

/// <summary>What is wrong with a request is told by name and place.</summary>
public sealed class ProblemTests(RestCluster rest) : IClassFixture<RestCluster>
{
    [Theory]
    [InlineData("{\"function\":\"echo\",\n \"priorty\":1}", "FIELD_UNKNOWN", "'priorty' (at line 2, column 2); did you mean 'priority'?")]
    [InlineData("{\"overrides\":{\"envv\":{}}}", "FIELD_UNKNOWN", "'overrides.envv'")]
    [InlineData("{\"function\":\"echo\"", "MESSAGE_MALFORMED", "line 1, column 19")]
    [InlineData("{\"function\":\n\"echo\"} x", "MESSAGE_MALFORMED", "line 2, column 9")]
    [InlineData("", "MESSAGE_MALFORMED", "line 1, column 1")]
    [InlineData("[]", "MESSAGE_MALFORMED", "must be an object")]
    [InlineData("{\"function\":7}", "MESSAGE_MALFORMED", "'function' at line 1, column 13 must be a text, not 7")]
    [InlineData("{\"priority\":1.5}", "MESSAGE_MALFORMED", "a whole number of 32 bits")]
    [InlineData("{\"priority\":99999999999}", "MESSAGE_MALFORMED", "a whole number of 32 bits")]
    [InlineData("{\"overrides\":{\"memory\":\"much\"}}", "MESSAGE_MALFORMED", "'overrides.memory'")]
    [InlineData("{\"overrides\":{\"args\":\"a\"}}", "MESSAGE_MALFORMED", "'overrides.args' at line 1, column 22 must be a list")]
    [InlineData("{\"overrides\":{\"args\":[\"a\",1]}}", "MESSAGE_MALFORMED", "'overrides.args[1]'")]
    [InlineData("{\"overrides\":{\"env\":{\"A\":1}}}", "MESSAGE_MALFORMED", "'overrides.env.A'")]
    [InlineData("{\"overrides\":{\"network\":\"yes\"}}", "MESSAGE_MALFORMED", "true or false")]
    [InlineData("{\"delay\":\"soon\"}", "MESSAGE_MALFORMED", "a duration in seconds")]
    [InlineData("{\"notBefore\":\"soon\"}", "MESSAGE_MALFORMED", "a moment")]
    [InlineData("{\"input\":\"***\"}", "MESSAGE_MALFORMED", "base64")]
    [InlineData("{\"function\":\"echo\",\"function\":\"echo\"}", "MESSAGE_MALFORMED", "twice")]
    [InlineData("{\"function\":\"\\ud800\"}", "MESSAGE_MALFORMED", "surrogate")]
    public async Task A_broken_body_is_refused_with_the_place(string body, string reason, string said)
    {
        Assert.Contains(said, await RefusedAsync(HttpStatusCode.BadRequest, reason, rest.PostAsync("/v1/jobs", body)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_of_another_kind_are_refused()
    {
        var type = await RefusedAsync(
            HttpStatusCode.UnsupportedMediaType, "CONTENT_TYPE_UNSUPPORTED", rest.SendAsync(HttpMethod.Post, "/v1/jobs", Json("{}", "application/x-www-form-urlencoded")));
        Assert.Contains("-H 'content-type: application/json'", type, StringComparison.Ordinal);
        using var latin = new StringContent("{}", Encoding.Latin1, "application/json");
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "CONTENT_TYPE_UNSUPPORTED", rest.SendAsync(HttpMethod.Post, "/v1/jobs", latin));
        using var packed = Json("{}");
        packed.Headers.ContentEncoding.Add("gzip");
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "CONTENT_TYPE_UNSUPPORTED", rest.SendAsync(HttpMethod.Post, "/v1/jobs", packed));
        using var bytes = new ByteArrayContent([(byte)'"', 0xff, (byte)'"']) { Headers = { { "content-type", "application/json" } } };
        Assert.Contains("UTF-8", await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.SendAsync(HttpMethod.Post, "/v1/jobs", bytes)), StringComparison.Ordinal);
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE", rest.PostAsync("/v1/jobs", $"{{\"function\":\"{new string('x', 5 << 20)}\"}}"));
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.PostAsync("/v1/jobs", new string('[', 100_000)));
    }

    [Fact]
    public async Task Other_methods_and_other_routes_are_told_apart_and_only_to_those_who_are_known()
    {
        using var other = await rest.SendAsync(HttpMethod.Patch, "/v1/jobs");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST, GET, HEAD"), (other.StatusCode, string.Join(", ", other.Content.Headers.Allow)));
        await RefusedAsync(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", rest.SendAsync(HttpMethod.Put, "/v1/events"));
        await RefusedAsync(HttpStatusCode.NotFound, "NOT_FOUND", rest.GetAsync("/v1/jobs/x/y/z"));
        await RefusedAsync(HttpStatusCode.NotFound, "NOT_FOUND", rest.GetAsync("/v1"));
        using var stranger = RestCluster.Client(rest.Cluster, "nobody's");
        foreach (var path in (string[])["/v1/jobs", "/v1/nothing", "/openapi/v1.json", "/scalar/"])
        {
            using var answer = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Names_that_would_be_a_page_come_back_as_data()
    {
        const string name = "<script>alert(1)</script>";
        var path = Uri.EscapeDataString(name);
        foreach (var (status, reason, route) in ((HttpStatusCode, string, string)[])
        [
            (HttpStatusCode.BadRequest, "FUNCTION_NOT_FOUND", $"/v1/functions/{path}"), (HttpStatusCode.NotFound, "JOB_NOT_FOUND", $"/v1/jobs/{path}"),
            (HttpStatusCode.NotFound, "WORKER_NOT_FOUND", $"/v1/workers/{path}"), (HttpStatusCode.BadRequest, "FIELD_UNKNOWN", $"/v1/jobs?{path}=1"),
        ])
            Assert.Contains("<script>", await RefusedAsync(status, reason, rest.GetAsync(route)), StringComparison.Ordinal);
        using var put = await rest.SendAsync(
            HttpMethod.Put, "/v1/functions/echo/manifest", new StringContent($"name = \"echo\"\ndescription = \"{name}\"\n", Encoding.UTF8, "text/plain"));
        using var shown = await rest.GetAsync("/v1/functions/echo");
        Assert.Equal(("application/json", "nosniff"), (shown.Content.Headers.ContentType!.MediaType, shown.Headers.GetValues("x-content-type-options").Single()));
        using var echoed = await rest.SendAsync(HttpMethod.Post, "/v1/functions/echo/invoke", new StringContent(name, Encoding.UTF8, "text/html"));
        Assert.Equal((name, "application/octet-stream"), (await echoed.Content.ReadAsStringAsync(), echoed.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Another_tenants_things_are_as_if_they_were_not()
    {
        await using var cluster = await TestCluster.StartAsync(static options =>
        {
            options.TenantTokens["photos"] = "photos-token";
            options.TenantTokens["music"] = "music-token";
        });
        using var photos = RestCluster.Client(cluster, "photos-token");
        using var music = RestCluster.Client(cluster, "music-token");
        await JsonAsync(HttpStatusCode.Created, photos.PutAsync("/v1/functions/echo", new ByteArrayContent(Module("echoes_stdin"))));
        var job = await JsonAsync(HttpStatusCode.Created, photos.PostAsync("/v1/jobs", Json("{\"function\":\"echo\"}")));
        var id = job.GetProperty("job").GetProperty("id").GetString();
        await RefusedAsync(HttpStatusCode.NotFound, "FUNCTION_NOT_FOUND", music.GetAsync("/v1/functions/echo"));
        foreach (var path in (string[])["", "/logs", "/result", "/input", "/explain"])
            await RefusedAsync(HttpStatusCode.NotFound, "JOB_NOT_FOUND", music.GetAsync($"/v1/jobs/{id}{path}"));
        Assert.Empty((await JsonAsync(HttpStatusCode.OK, music.GetAsync("/v1/jobs"))).GetProperty("jobs").EnumerateArray());
        using var chosen = new HttpRequestMessage(HttpMethod.Get, "/v1/jobs") { Headers = { { TenantChoice.Header, "photos" } } };
        await RefusedAsync(HttpStatusCode.Forbidden, "ROLE_FORBIDDEN", music.SendAsync(chosen));
    }

    [Fact]
    public void Every_route_does_what_an_rpc_does()
    {
        var rpcs = typeof(MiniLambda.Contracts.V1.JobsReflection).Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)?.GetValue(null))
            .OfType<Google.Protobuf.Reflection.FileDescriptor>().SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Select(method => $"{method.Service.FullName}/{method.Name}").ToHashSet();
        var routes = rest.Cluster.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText is { } path && (path.StartsWith("/v1", StringComparison.Ordinal) || path.StartsWith("/openapi", StringComparison.Ordinal))).ToList();
        Assert.True(routes.Count > 40);
        Assert.All(routes, route => Assert.Contains(route.Metadata.GetRequiredMetadata<RpcCounterpart>().Rpc, rpcs));
    }
}
