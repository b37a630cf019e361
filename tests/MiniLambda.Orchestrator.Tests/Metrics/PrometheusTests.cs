using System.Diagnostics;
using System.Text.RegularExpressions;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Metrics;

/// <summary>examples/observability as it stands, in a Prometheus that is not ours; only paths, ports and intervals are others.</summary>
public sealed partial class PrometheusTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    public void Dispose() => _folder.Delete(recursive: true);

    [PrometheusFact]
    public async Task Prometheus_counts_the_jobs_that_ran()
    {
        await using var cluster = await TestCluster.StartAsync(TestCluster.Secure);
        var worker = await cluster.AddWorkerAsync(await cluster.JoinAsync("attic"), static options => options.MetricsListen = new Uri("http://127.0.0.1:0"));
        await cluster.PushAsync("good", "echoes_stdin");
        await cluster.PushAsync("bad", "exits_with_3", "[retry]\nattempts = 1");
        for (var i = 0; i < 7; i++)
            await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "good" });
        for (var i = 0; i < 3; i++)
            await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "bad" });

        var config = await ConfigureAsync(cluster, worker.ProbeUrl!);
        Check("check", "config", config);
        await using var prometheus = await PrometheusServer.StartAsync(config, Path.Combine(_folder.FullName, "data"));
        await prometheus.UntilAsync("""sum(minilambda_job_finished_total{job="minilambda-orchestrator",minilambda_state="succeeded"})""", 7);
        await prometheus.UntilAsync("""sum(minilambda_job_finished_total{minilambda_state="failed"})""", 3);
        await prometheus.UntilAsync("minilambda_job_duration_seconds_count", 10);
        await prometheus.UntilAsync("""up{job="minilambda-orchestrator"}""", 1);
        await prometheus.UntilAsync("""sum(minilambda_worker_attempt_finished_total{job="minilambda-worker",minilambda_outcome="succeeded"})""", 7);

        var rules = await prometheus.RulesAsync();
        Assert.Equal(Alert().Count(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "alerts.yml"))), rules.Count);
        Assert.All(rules, static rule => Assert.Equal("ok", rule.Health));

        // What ran since is in what is scraped next.
        for (var i = 0; i < 4; i++)
            await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "good" });
        await prometheus.UntilAsync("""sum(minilambda_job_finished_total{minilambda_state="succeeded"})""", 11);
    }

    private async Task<string> ConfigureAsync(TestCluster cluster, Uri worker)
    {
        var folder = Path.Combine(Root(), "examples", "observability");
        var config = await File.ReadAllTextAsync(Path.Combine(folder, "prometheus.yml"));
        File.Copy(Path.Combine(folder, "alerts.yml"), Path.Combine(_folder.FullName, "alerts.yml"));
        File.Copy(Path.Combine(cluster.Store.Path, "authority", "authority.crt"), Path.Combine(_folder.FullName, "minilambda.crt"));
        var reader = await cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader });
        // As 'minilambda token create' writes it, with the end of its line.
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "minilambda.token"), reader.Secret + "\n");
        foreach (var (stated, here) in (ReadOnlySpan<(string, string)>)[("/etc/prometheus", _folder.FullName), ("127.0.0.1:7070", cluster.Url.Authority),
            ("127.0.0.1:9090", worker.Authority), (": 15s", ": 1s")])
        {
            Assert.Contains(stated, config, StringComparison.Ordinal);
            config = config.Replace(stated, here, StringComparison.Ordinal);
        }

        var path = Path.Combine(_folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(path, config);
        return path;
    }

    private static void Check(params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = promtool.StandardError.ReadToEndAsync();
        var said = promtool.StandardOutput.ReadToEnd();
        promtool.WaitForExit();
        Assert.True(promtool.ExitCode == 0, said + error.GetAwaiter().GetResult());
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MiniLambda.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("^ +- alert: ", RegexOptions.Multiline)]
    private static partial Regex Alert();

    /// <summary>Runs where Prometheus is; elsewhere says what is not.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PrometheusFactAttribute : FactAttribute
    {
        private static readonly string[] Needed = ["prometheus", "promtool"];

        public PrometheusFactAttribute()
        {
            var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            var missing = Needed.Where(tool => !folders.Any(f => File.Exists(Path.Combine(f, tool)))).ToList();
            if (missing.Count > 0)
                Skip = $"not installed here: {string.Join(", ", missing)}";
        }
    }
}
