using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using MiniLambda.Orchestrator.Auth;
using Xunit.Abstractions;

namespace MiniLambda.Orchestrator.Tests.Auth;

/// <summary>Every REST route with every kind of caller: each may do what the table of <see cref="RoleTests"/> says of the RPC that the route is like.</summary>
[Trait("Category", "Roles")]
[Trait("Category", "Attack")]
public sealed partial class RouteRoleTests(RoleTests.Callers callers, ITestOutputHelper output) : IClassFixture<RoleTests.Callers>, IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = callers.Url };

    private List<(string Method, string Path, string Rpc)> Routes =>
    [
        .. from route in callers.Cluster.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let path = $"/{route.RoutePattern.RawText!.TrimStart('/')}"
           where path.StartsWith("/v1/", StringComparison.Ordinal)
           from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           select (method, path, route.Metadata.GetRequiredMetadata<RpcCounterpart>().Rpc["minilambda.v1.".Length..]),
    ];

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Each_role_may_call_what_the_table_says_and_nothing_else()
    {
        Assert.True(Routes.Count > 40, $"there are {Routes.Count} routes");
        foreach (var (method, path, rpc) in Routes)
        {
            output.WriteLine($"{method,-6} {path,-45} {rpc,-32} {RoleTests.May[rpc]}");
            foreach (var (letter, token) in callers.Tokens)
            {
                var (status, reason) = await AskAsync(method, path, $"Bearer {token}");
                Assert.True(
                    (reason == "ROLE_FORBIDDEN") == !RoleTests.May[rpc].Contains(letter, StringComparison.Ordinal) && status != HttpStatusCode.Unauthorized,
                    $"{method} {path} as {letter}: {status} {reason}");
            }
        }
    }

    [Fact]
    public async Task Without_a_good_token_nothing_is_answered()
    {
        foreach (var (method, path, _) in Routes)
        {
            foreach (var (authorization, reason) in callers.Bad)
                Assert.Equal((HttpStatusCode.Unauthorized, method == "HEAD" ? "" : reason), await AskAsync(method, path, authorization));
        }
    }

    private async Task<(HttpStatusCode Status, string Reason)> AskAsync(string method, string path, string? authorization)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(path, static p => p.Value == "{digest}" ? new string('a', 64) : "nothing"));
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("authorization", authorization);
        if (method is "POST" or "PUT")
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}")) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        // Such an answer has no body that would tell more.
        if (method == "HEAD")
            return (answer.StatusCode, answer.StatusCode == HttpStatusCode.Forbidden ? "ROLE_FORBIDDEN" : "");
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return (answer.StatusCode, "");
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, problem.RootElement.TryGetProperty("reason", out var reason) ? reason.GetString()! : "");
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
