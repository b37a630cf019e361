using System.Net;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

public sealed class InvokeRouteTests(RestCluster rest) : IClassFixture<RestCluster>
{
    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(64 << 10)]
    [InlineData((64 << 10) + 1)]
    [InlineData(500_000)]
    public async Task What_goes_in_comes_out_byte_for_byte(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        using var answer = await InvokeAsync("echo", bytes);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("SUCCEEDED", "0", "w1"), (Header(answer, "outcome"), Header(answer, "exit-code"), Header(answer, "worker")));
        Assert.Contains("run;dur=", answer.Headers.GetValues("server-timing").Single(), StringComparison.Ordinal);
        Assert.Equal("SUCCEEDED", (await JsonAsync(HttpStatusCode.OK, rest.GetAsync($"/v1/jobs/{Header(answer, "job")}"))).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_body_whose_size_is_not_told_is_taken_all_the_same()
    {
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/functions/echo/invoke")
        {
            Content = new ByteArrayContent(bytes),
            Headers = { TransferEncodingChunked = true },
        };
        using var answer = await rest.Http.SendAsync(request);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task How_a_guest_fails_is_told_by_the_status()
    {
        using var exited = await InvokeAsync("fails", []);
        Assert.Equal((HttpStatusCode.BadGateway, "EXIT", "3"), (exited.StatusCode, Header(exited, "outcome"), Header(exited, "exit-code")));
        Assert.Equal("application/octet-stream", exited.Content.Headers.ContentType!.MediaType);
        Assert.Empty(await exited.Content.ReadAsByteArrayAsync());
        await RefusedAsync(HttpStatusCode.GatewayTimeout, "JOB_TIMEOUT", InvokeAsync("endless", []));
        await RefusedAsync(HttpStatusCode.BadGateway, "JOB_OUTPUT_LIMIT", InvokeAsync("large?output=1KiB", []));
        await RefusedAsync(HttpStatusCode.ServiceUnavailable, "JOB_EXPIRED", InvokeAsync("echo?labels=room%3Dnowhere&ttl=50ms", []));
        await RefusedAsync(HttpStatusCode.NotFound, "FUNCTION_NOT_FOUND", InvokeAsync("no-such", []));
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "INPUT_TOO_LARGE", InvokeAsync("echo", new byte[(1 << 20) + 1]));
    }

    [Fact]
    public async Task Who_prefers_not_to_wait_is_told_where_to_look()
    {
        using var accepted = await InvokeAsync("echo", "later"u8.ToArray(), ("prefer", "handling=lenient, respond-async"));
        Assert.Equal((HttpStatusCode.Accepted, "respond-async"), (accepted.StatusCode, accepted.Headers.GetValues("preference-applied").Single()));
        var job = accepted.Headers.Location!.ToString();
        await rest.Cluster.WaitForOutcomeAsync(job.Split('/')[^1]);
        using var result = await rest.GetAsync($"{job}/result");
        Assert.Equal("later", await result.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_key_makes_two_requests_one_job()
    {
        var key = ("idempotency-key", $"\"{Guid.NewGuid()}\"");
        using var first = await InvokeAsync("echo", "same"u8.ToArray(), key);
        using var second = await InvokeAsync("echo", "same"u8.ToArray(), key);
        Assert.Equal("same", await second.Content.ReadAsStringAsync());
        Assert.Equal(Header(first, "job"), Header(second, "job"));
        await RefusedAsync(HttpStatusCode.Conflict, "IDEMPOTENCY_KEY_TAKEN", InvokeAsync("echo", "other"u8.ToArray(), key));
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", InvokeAsync("echo", [], ("idempotency-key", new string('k', 129))));
    }

    [Fact]
    public async Task Settings_come_by_query_and_by_header_and_wrong_ones_are_named()
    {
        using var answer = await InvokeAsync(
            "echo?timeout=7s&memory=8MiB&env=LEVEL%3D4&args=a&args=b%20c&priority=5", [], ("minilambda-overrides", "{\"env\":{\"TOKEN\":\"x\"}}"), ("prefer", "respond-async"));
        var overrides = (await JsonAsync(HttpStatusCode.OK, rest.GetAsync(answer.Headers.Location!.ToString()))).GetProperty("overrides");
        Assert.Equal(["a", "b c"], overrides.GetProperty("args").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(("7s", "8388608"), (overrides.GetProperty("timeout").GetString(), overrides.GetProperty("memory").GetString()));
        Assert.Equal(("4", "x"), (overrides.GetProperty("env").GetProperty("LEVEL").GetString(), overrides.GetProperty("env").GetProperty("TOKEN").GetString()));

        Assert.Contains("'timeout'?", await RefusedAsync(HttpStatusCode.BadRequest, "FIELD_UNKNOWN", InvokeAsync("echo?timeuot=7s", [])), StringComparison.Ordinal);
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", InvokeAsync("echo?timeout=soon", []));
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", InvokeAsync("echo?env=novalue", []));
        await RefusedAsync(HttpStatusCode.BadRequest, "SETTING_OUT_OF_RANGE", InvokeAsync("echo?priority=1000", []));
        await RefusedAsync(HttpStatusCode.BadRequest, "FIELD_UNKNOWN", InvokeAsync("echo", [], ("minilambda-overrides", "{\"enw\":{}}")));
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues($"minilambda-{name}").Single();

    private Task<HttpResponseMessage> InvokeAsync(string function, byte[] input, params (string, string)[] headers)
    {
        var parts = function.Split('?');
        var body = new ByteArrayContent(input) { Headers = { { "content-type", "application/x-www-form-urlencoded" } } };
        return rest.SendAsync(HttpMethod.Post, $"/v1/functions/{parts[0]}/invoke{(parts.Length > 1 ? $"?{parts[1]}" : "")}", body, headers);
    }
}
