using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MiniLambda.Workbench.Tests.Commands.Bench;

/// <summary>What the orchestrator measured of a benchmark, against what the benchmark counted itself.</summary>
public sealed partial class BenchMetricsTests : IAsyncLifetime
{
    private readonly RunningCluster _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Metrics_agree_with_what_the_benchmark_counted()
    {
        var typed = await _cluster.RunAsync("bench", "--jobs", "20", "-o", "json");
        Assert.True(typed.ExitCode == 0, typed.Error);
        using var report = JsonDocument.Parse(typed.Out);
        var loads = report.RootElement.GetProperty("loads").EnumerateArray().ToList();
        Assert.Equal(["invoke", "submit", "batch"], loads.Select(static load => load.GetProperty("mode").GetString()));
        var warmUp = report.RootElement.GetProperty("warmUpJobs").GetInt32();
        Assert.True(warmUp >= 60, $"{warmUp}");
        var counted = warmUp + loads.Sum(static load => load.GetProperty("jobs").GetInt32());
        var failed = loads.Sum(static load => load.GetProperty("failed").GetInt32());

        Assert.Equal(0, failed);
        var measured = await ScrapeAsync(counted);
        Assert.Equal(counted, measured["minilambda_job_submitted_total"]);
        Assert.Equal(counted, measured["minilambda_job_finished_total"]);
        Assert.Equal(counted, measured["minilambda_attempt_finished_total"]);
        Assert.Equal(counted, measured["minilambda_job_duration_seconds_count"]);
        Assert.Equal(counted, measured["minilambda_job_queue_duration_seconds_count"]);
        // All of them succeeded: there is no other series.
        Assert.All(measured.Series.Where(static s => s.StartsWith("minilambda_job_finished_total", StringComparison.Ordinal)),
            static s => Assert.Contains("minilambda_state=\"succeeded\"", s, StringComparison.Ordinal));
    }

    /// <summary>Scrapes until so many jobs are measured: an outcome can be read from the event log a moment before.</summary>
    private async Task<Samples> ScrapeAsync(int jobs)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "s3cret");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var samples = new Samples(await client.GetStringAsync(new Uri(_cluster.Url, "/metrics")));
            if (samples["minilambda_job_duration_seconds_count"] >= jobs || patience.IsCancellationRequested)
                return samples;
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Sums over the series of a metric that are not 0.</summary>
    private sealed class Samples(string text)
    {
        private readonly List<Match> _samples = [.. Sample().Matches(text).Where(static m => m.Groups[3].Value != "0")];

        public IEnumerable<string> Series => _samples.Select(static m => m.Value);

        public double this[string name] =>
            _samples.Where(m => m.Groups[1].Value == name).Sum(static m => double.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(\w+)(\{[^\n]*\})? (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
