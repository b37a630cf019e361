using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd.Attacks;

/// <summary>As <see cref="FuzzTests"/>, over HTTP and JSON: every route of the document with odd paths, queries, headers and bodies (FUZZ_SEED, FUZZ_ROUNDS).</summary>
[Trait("Category", "Attack")]
public sealed class RestFuzzTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int UsualRounds = 12;
    private const int AtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly IReadOnlyList<MessageDescriptor> Messages =
    [
        SubmitJobRequest.Descriptor, MatchingJobsRequest.Descriptor, PushFunctionRequest.Descriptor, DrainWorkerRequest.Descriptor,
    ];

    [Fact]
    public async Task Every_route_answers_whatever_comes_and_the_orchestrator_stands()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given) ? given : Random.Shared.Next();
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_ROUNDS"), out var wanted) ? wanted : UsualRounds;
        output.WriteLine($"FUZZ_SEED={seed} FUZZ_ROUNDS={rounds}");
        await using var cluster = await Cluster.StartAsync();
        await cluster.ReachAsync();
        await cluster.PushAsync("hello", "hello");
        using var http = new HttpClient { BaseAddress = cluster.Url, Timeout = Timeout.InfiniteTimeSpan };
        var token = (await File.ReadAllTextAsync(cluster.TokenFile)).Trim();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json")).RootElement;
        var routes = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => (Method: new HttpMethod(o.Name.ToUpperInvariant()), Path: path.Name, Operation: o.Value))).ToList();
        var random = new Random(seed);
        var cases = Enumerable.Range(0, rounds).SelectMany(_ => routes.Select(route => (Route: route, Seed: random.Next()))).ToList();
        var answers = new Dictionary<int, int>();
        await SendAllAsync(cases.Take(cases.Count / 2));
        var before = Memory();
        await SendAllAsync(cases.Skip(cases.Count / 2));
        var grown = Memory() - before;

        output.WriteLine(string.Join(", ", answers.OrderByDescending(a => a.Value).Select(a => $"{a.Key}: {a.Value}")) + $"; grown by {grown >> 20} MiB");
        Assert.NotEmpty((await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest())).Version);
        Assert.InRange(grown, long.MinValue, 96L << 20);
        Assert.DoesNotContain("fail:", cluster.Orchestrator.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", cluster.Orchestrator.Log, StringComparison.Ordinal);

        async Task SendAllAsync(IEnumerable<((HttpMethod Method, string Path, JsonElement Operation) Route, int Seed)> some) => await Parallel.ForEachAsync(
            some, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (one, _) =>
            {
                using var limit = new CancellationTokenSource(Patience);
                using var request = Request(one.Route.Method, one.Route.Path, one.Route.Operation, new Random(one.Seed));
                var status = 0;
                try
                {
                    using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                    status = (int)answer.StatusCode;
                    var type = answer.Content.Headers.ContentType?.MediaType;
                    var told = $"{request.Method} {request.RequestUri} was answered {status} as {type} (seed {one.Seed})";
                    Assert.False(status is 500 or 501 or > 504, told);
                    // What the HTTP layer itself refuses, as a NUL in the path, bears nothing.
                    Assert.True(status is < 400 or 502 || type == "application/problem+json" || (status == 400 && type is null), told);
                }
                catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
                {
                    // What waits is left; what is not HTTP at all is hung up on.
                }

                lock (answers)
                    answers[status] = answers.GetValueOrDefault(status) + 1;
            });

        long Memory()
        {
            using var process = Process.GetProcessById(cluster.Orchestrator.Id);
            return process.WorkingSet64;
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonElement operation, Random dice)
    {
        var url = new StringBuilder();
        foreach (var (part, index) in path.Split('{', '}').Select((part, index) => (part, index)))
            url.Append(index % 2 == 0 ? part : Uri.EscapeDataString(Segment(dice)));
        var parameters = operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToList() : [];
        var query = parameters.Where(p => p.GetProperty("in").GetString() == "query" && dice.Next(4) == 0).Select(p => p.GetProperty("name").GetString()!).ToList();
        if (dice.Next(10) == 0)
            query.Add(FuzzTests.Text(dice));
        var separator = '?';
        foreach (var name in query)
        {
            url.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(Value(dice)));
            separator = '&';
        }

        var request = new HttpRequestMessage(method, url.ToString());
        foreach (var header in (string[])["last-event-id", "range", "if-none-match", "accept", "prefer", "idempotency-key", "minilambda-overrides", "minilambda-tenant", "if-range"])
        {
            if (dice.Next(6) == 0)
                request.Headers.TryAddWithoutValidation(header, new string([.. Value(dice).Where(char.IsAscii).Where(c => !char.IsControl(c))]));
        }

        if (method != HttpMethod.Get && dice.Next(8) != 0)
        {
            request.Content = new ByteArrayContent(Body(dice));
            request.Content.Headers.TryAddWithoutValidation(
                "content-type", FuzzTests.Pick(dice, "application/json", "application/json", "application/x-ndjson", "multipart/form-data; boundary=b", "application/wasm", "x", ""));
        }

        return request;
    }

    private static string Segment(Random dice) => FuzzTests.Pick(dice, "hello", "1", "j-0", new string('a', 64), FuzzTests.Text(dice) is { Length: > 0 } text ? text : "x");

    private static string Value(Random dice) => FuzzTests.Pick(
        dice, "true", "1", "0", "-1", "5s", "64MiB", "bytes=0-", "bytes=-1,2-", "\"x\"", "*", "text/event-stream", "application/x-ndjson", "failed,queued", "K=V", "{\"env\":{}}",
        "respond-async", "9223372036854775807", "2026-01-01T00:00:00Z", FuzzTests.Text(dice));

    private static byte[] Body(Random dice)
    {
        var message = FuzzTests.Filled(FuzzTests.Pick(dice, [.. Messages]), dice, depth: 0);
        string json;
        try
        {
            json = JsonFormatter.Default.Format(message);
        }
        catch (InvalidOperationException)
        {
            // Moments that are none are no JSON.
            json = "{\"delay\":\"1e9s\"}";
        }

        var bytes = Encoding.UTF8.GetBytes(json);
        return dice.Next(8) switch
        {
            0 => FuzzTests.Noise(dice, dice.Next(200)),
            1 => bytes[..dice.Next(bytes.Length)],
            2 => Encoding.UTF8.GetBytes(json.Replace("\"", FuzzTests.Pick(dice, "'", "", "\"\""), StringComparison.Ordinal)),
            3 => Encoding.UTF8.GetBytes($"{new string('[', 200)}{json}"),
            4 => Encoding.UTF8.GetBytes(string.Join('\n', json, "", json, "{")),
            5 => Encoding.UTF8.GetBytes($"--b\r\ncontent-disposition: form-data; name=\"{FuzzTests.Pick(dice, "module", "manifest", "x")}\"\r\n\r\n{json}\r\n--b--\r\n"),
            _ => bytes,
        };
    }
}
