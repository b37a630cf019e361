using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MiniLambda.Client;
using MiniLambda.Client.Audit;
using MiniLambda.Client.Events;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Secrets;

/// <summary>Everything that may be secret is planted, everything is done once, also what fails; then it is looked for wherever something is written.</summary>
[Trait("Category", "Attack")]
public sealed class PlantedSecretsTests
{
    private const string Secret = "planted-function-secret-7d1f";
    private const string Tenant = "planted-tenant-token-9c2e";
    private const string Wrong = "planted-wrong-token-55aa";

    [Fact]
    public async Task What_is_secret_is_found_nowhere_but_where_it_is_kept()
    {
        var written = new ConcurrentQueue<string>();
        using var logs = new KeepingLoggers(written);
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        await using var cluster = await TestCluster.StartAsync(static options => options.TenantTokens["photos"] = Tenant);
        await cluster.AbortOrchestratorAsync(services => services
            .AddSingleton<ILoggerProvider>(logs).Configure<LoggerFilterOptions>(static filter => filter.MinLevel = LogLevel.Trace));
        await cluster.AddWorkerAsync("attic", loggers: loggers);

        await DoAsync(cluster, written);
        await LookAroundAsync(cluster, written);

        string[] planted = [Secret, Tenant, Wrong, cluster.Token];
        Assert.NotEmpty(written);
        Assert.All(written, text => Assert.All(planted, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
        foreach (var file in Files(cluster))
        {
            var bytes = await ReadAsync(file);
            Assert.All(planted, secret => Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{file} holds '{secret}'"));
        }
    }

    private static async Task DoAsync(TestCluster cluster, ConcurrentQueue<string> written)
    {
        var api = cluster.Connection;
        written.Enqueue($"{await api.Secrets.SetAsync(new SetSecretRequest { Name = "key", Value = Secret })}");
        const string wants = "\n[secrets]\nAPI_KEY = \"key\"\n";
        await cluster.PushAsync("leaks", "logs_its_environment_and_traps", wants + "\n[retry]\nattempts = 2\nbackoff = \"1ms\"\non = [\"trap\"]\n");
        await cluster.PushAsync("loops", "logs_a_line_and_loops_forever", wants);

        var failed = await cluster.WaitForOutcomeAsync((await cluster.SubmitAsync("leaks")).Id);
        Assert.Equal((Job.Types.State.Failed, 2), (failed.State, failed.Attempt));
        var log = await SecretTests.LogAsync(cluster, failed.Id);
        Assert.Contains("[secret API_KEY]", log, StringComparison.Ordinal);
        written.Enqueue(log);

        var running = await cluster.SubmitAsync("loops");
        await cluster.WaitAsync(running.Id, static job => job.State == Job.Types.State.Running);
        foreach (var text in Processes())
            written.Enqueue(text);
        written.Enqueue($"{await api.Jobs.ExplainAsync(new ExplainJobRequest { Id = running.Id })}");
        await api.Jobs.CancelAsync(new CancelJobRequest { Id = running.Id });

        await RefusedAsync(written, () => api.Secrets.SetAsync(new SetSecretRequest { Name = "Key", Value = Secret }).ResponseAsync);
        await RefusedAsync(written, () => api.Secrets.SetAsync(new SetSecretRequest { Name = "key", Value = Secret + "\0" }).ResponseAsync);
        using var stranger = new ClusterConnection(cluster.Url, Wrong);
        await RefusedAsync(written, () => stranger.Secrets.ListAsync(new ListSecretsRequest()).ResponseAsync);
        using var photos = new ClusterConnection(cluster.Url, Tenant);
        written.Enqueue($"{await photos.Secrets.ListAsync(new ListSecretsRequest())}");
        var waits = await cluster.SubmitAsync("leaks");
        await cluster.WaitForOutcomeAsync(waits.Id);
        await api.Secrets.DeleteAsync(new DeleteSecretRequest { Name = "key" });
        await RefusedAsync(written, () => cluster.SubmitAsync("leaks"));
        await api.Secrets.SetAsync(new SetSecretRequest { Name = "key", Value = Secret });
    }

    private static async Task LookAroundAsync(TestCluster cluster, ConcurrentQueue<string> written)
    {
        var api = cluster.Connection;
        written.Enqueue($"{await api.Secrets.ListAsync(new ListSecretsRequest())}");
        written.Enqueue($"{await api.Functions.ListAsync(new ListFunctionsRequest())}");
        written.Enqueue($"{await api.Functions.GetAsync(new GetFunctionRequest { Name = "leaks" })}");
        written.Enqueue($"{await api.Cluster.InfoAsync(new ClusterInfoRequest())} {await cluster.WorkerAsync("attic")}");
        var jobs = await api.Jobs.ListAsync(new ListJobsRequest());
        Assert.NotEmpty(jobs.Jobs);
        foreach (var job in jobs.Jobs)
            written.Enqueue($"{await cluster.GetAsync(job.Id)} {await api.Jobs.ExplainAsync(new ExplainJobRequest { Id = job.Id })}");
        await foreach (var events in api.Events.FollowAsync(new WatchEventsRequest(), default))
            written.Enqueue(string.Join('\n', events.Events));
        await foreach (var entry in api.Audit.FollowAsync(0, follow: false, default))
            written.Enqueue($"{entry}");
    }

    private static async Task RefusedAsync(ConcurrentQueue<string> written, Func<Task> call) =>
        written.Enqueue($"{await Assert.ThrowsAsync<ApiException>(call)}");

    // Sandbox hosts among them; of those that are not ours the system shows nothing.
    private static IEnumerable<string> Processes()
    {
        if (!OperatingSystem.IsLinux())
            yield break;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(static path => int.TryParse(Path.GetFileName(path), out _)))
        {
            foreach (var name in (string[])["cmdline", "environ"])
            {
                string text;
                try
                {
                    text = File.ReadAllText(Path.Combine(process, name));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    continue;
                }

                yield return text;
            }
        }
    }

    // Everything that orchestrator and worker keep, but for the files that are made to hold a secret.
    private static IEnumerable<string> Files(TestCluster cluster) =>
        Directory.GetParent(cluster.Store.Path)!.EnumerateFiles("*", SearchOption.AllDirectories).Select(static file => file.FullName)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal));

    private static async Task<byte[]> ReadAsync(string file)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Temporary, and gone meanwhile.
            return [];
        }
    }

    private sealed class KeepingLoggers(ConcurrentQueue<string> written) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            written.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            written.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
