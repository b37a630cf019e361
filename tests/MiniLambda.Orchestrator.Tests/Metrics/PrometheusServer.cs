using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiniLambda.Orchestrator.Tests.Metrics;

/// <summary>Prometheus itself, on a free port, with what it keeps in a folder of the caller. Disposing kills it.</summary>
internal sealed partial class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly HttpClient _client = new() { Timeout = Limit };
    private Task<string> _rest = Task.FromResult("");

    private PrometheusServer(Process process) => _process = process;

    public static async Task<PrometheusServer> StartAsync(string config, string data)
    {
        var process = Process.Start(new ProcessStartInfo("prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={data}", "--web.listen-address=127.0.0.1:0"]) { RedirectStandardError = true })!;
        var server = new PrometheusServer(process);
        try
        {
            using var patience = new CancellationTokenSource(Limit);
            var log = "";
            var isReady = false;
            while (await process.StandardError.ReadLineAsync(patience.Token) is { } line)
            {
                log += line + "\n";
                if (Listening().Match(line) is { Success: true } told)
                    server._client.BaseAddress = new Uri($"http://{told.Groups[1].Value}");
                // It listens before it answers queries with anything but 503.
                isReady |= line.Contains("Server is ready", StringComparison.Ordinal);
                if (!isReady || server._client.BaseAddress is null)
                    continue;
                // A full pipe would hold it up.
                server._rest = process.StandardError.ReadToEndAsync(CancellationToken.None);
                return server;
            }

            throw new InvalidOperationException($"Prometheus did not start:\n{log}");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks until a query of one number answers what is awaited.</summary>
    public async Task UntilAsync(string query, double awaited)
    {
        using var patience = new CancellationTokenSource(Limit);
        while (true)
        {
            var value = await QueryAsync(query);
            if (value == awaited)
                return;
            Assert.False(patience.IsCancellationRequested, $"{query} is {value?.ToString() ?? "nothing"}, not {awaited}:\n{await GetAsync("/api/v1/targets")}");
            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>What a query of one number answers now; null when there is none.</summary>
    private async Task<double?> QueryAsync(string query)
    {
        using var answer = JsonDocument.Parse(await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}"));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0
            ? null : double.Parse(Assert.Single(result.EnumerateArray()).GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The health of every rule, once each was evaluated.</summary>
    public async Task<IReadOnlyList<(string Name, string Health)>> RulesAsync()
    {
        using var patience = new CancellationTokenSource(Limit);
        while (true)
        {
            using var answer = JsonDocument.Parse(await GetAsync("/api/v1/rules"));
            var rules = answer.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(static group => group.GetProperty("rules").EnumerateArray())
                .Select(static rule => (rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!)).ToList();
            if (rules.Count > 0 && rules.TrueForAll(static rule => rule.Item2 != "unknown"))
                return rules;
            await Task.Delay(100, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _rest;
        _process.Dispose();
    }

    private Task<string> GetAsync(string path) => _client.GetStringAsync(path);

    [GeneratedRegex("""msg="?Listening on"? address=(\S+)""")]
    private static partial Regex Listening();
}
