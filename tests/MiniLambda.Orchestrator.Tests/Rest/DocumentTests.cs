using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MiniLambda.Orchestrator.Tests.Rest;

public sealed class DocumentTests(RestCluster rest) : IClassFixture<RestCluster>
{
    /// <summary>When it is set, the document is written anew instead of being compared.</summary>
    private const string Renew = "RENEW_OPENAPI";

    [Fact]
    public async Task The_document_is_the_one_that_is_kept()
    {
        var made = (await rest.Http.GetStringAsync("/openapi/v1.json")).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = Path.Combine(Path.GetDirectoryName(Here())!, "openapi-v1.json");
        if (Environment.GetEnvironmentVariable(Renew) is not null)
            await File.WriteAllTextAsync(file, made);
        var kept = await File.ReadAllTextAsync(file);
        if (made == kept)
            return;
        var (was, now) = (kept.Split('\n'), made.Split('\n'));
        var first = was.Zip(now).TakeWhile(static pair => pair.First == pair.Second).Count();
        Assert.Fail(
            $"the OpenAPI document is not {file} any more. At line {first + 1} that has\n{Lines(was)}\nand the document\n{Lines(now)}\n"
            + $"If that is meant, run this test with {Renew}=1 and commit the file.");

        string Lines(string[] all) => string.Join('\n', all.Skip(Math.Max(0, first - 3)).Take(10));
    }

    [Fact]
    public async Task The_document_has_every_route_and_names_each_once()
    {
        var document = JsonDocument.Parse(await rest.Http.GetStringAsync("/openapi/v1.json")).RootElement;
        Assert.StartsWith("3.1.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(o => (path.Name, Operation: o.Value))).ToList();
        var names = operations.Select(o => o.Operation.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.True(names.Count >= 34);
        Assert.All(operations, o => Assert.True(o.Operation.GetProperty("responses").TryGetProperty("default", out _), o.Name));
    }

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere()
    {
        using var page = await rest.GetAsync("/scalar/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("connect-src 'self'", page.Headers.GetValues("content-security-policy").Single(), StringComparison.Ordinal);
        using var script = await rest.GetAsync("/scalar/scalar.js");
        Assert.True(script.IsSuccessStatusCode);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType!.MediaType);
    }

    private static string Here([CallerFilePath] string file = "") => file;
}
