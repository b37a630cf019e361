using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MiniLambda.Sandbox;

namespace MiniLambda.Orchestrator.Tests.Rest;

/// <summary>A cluster with a worker and some functions, as a program sees it that knows nothing but HTTP.</summary>
public sealed class RestCluster : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await TestCluster.StartAsync("w1");
        Http = Client(Cluster, Cluster.Token);
        await Cluster.PushAsync("echo", "echoes_stdin");
        await Cluster.PushAsync("fails", "exits_with_3", "[retry]\nattempts = 1\n");
        await Cluster.PushAsync("large", "writes_a_megabyte");
        await Cluster.PushAsync("endless", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"300ms\"\n[retry]\nattempts = 1\n");
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await Cluster.DisposeAsync();
    }

    public static HttpClient Client(TestCluster cluster, string token) => new()
    {
        BaseAddress = cluster.Url,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        Timeout = TimeSpan.FromMinutes(2),
    };

    internal static byte[] Module(string fixture) => ModuleBytes.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{fixture}.wat"));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Json(json), headers);

    public static StringContent Json(string json, string type = "application/json") => new(json, Encoding.UTF8, type);

    /// <summary>The answer must have this status; answers its body.</summary>
    public static async Task<JsonElement> JsonAsync(HttpStatusCode status, Task<HttpResponseMessage> answering)
    {
        using var answer = await answering;
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("x-content-type-options")));
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The request must be refused with this status and reason; answers the line for people.</summary>
    public static async Task<string> RefusedAsync(HttpStatusCode status, string reason, Task<HttpResponseMessage> answering)
    {
        using var answer = await answering;
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("x-content-type-options")));
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal((reason, (int)status), (problem.GetProperty("reason").GetString(), problem.GetProperty("status").GetInt32()));
        return problem.GetProperty("detail").GetString()!;
    }
}
