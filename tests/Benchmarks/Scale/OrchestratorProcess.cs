using System.Diagnostics;
using System.Globalization;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>An orchestrator as a process of its own, on a free port and in a temporary folder.</summary>
internal sealed class OrchestratorProcess : IAsyncDisposable
{
    public const string Function = "noop";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-scale-");
    private readonly string _config;
    private Process _process = null!;

    private OrchestratorProcess(string config) => _config = config;

    public Uri Url { get; private set; } = null!;

    /// <summary>The cluster's own token.</summary>
    public string Token { get; private set; } = null!;

    public ClusterConnection Connection { get; private set; } = null!;

    /// <summary>Physical memory, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="config">Its configuration file.</param>
    public static async Task<OrchestratorProcess> StartAsync(string config = "")
    {
        var orchestrator = new OrchestratorProcess(config);
        await orchestrator.StartProcessAsync();
        await using var module = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "hello.wasm"));
        var digest = await orchestrator.Connection.Blobs.UploadAsync(module, CancellationToken.None);
        await orchestrator.Connection.Functions.PushAsync(new PushFunctionRequest { Manifest = $"name = \"{Function}\"", ModuleDigest = digest });
        return orchestrator;
    }

    /// <summary>Where a program of this build is.</summary>
    public static string Beside(string project, string name) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../..", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        OperatingSystem.IsWindows() ? $"{name}.exe" : name));

    /// <summary>Stops it and starts it again; how long it took until it served.</summary>
    public async Task<TimeSpan> RestartAsync()
    {
        await StopAsync();
        var begun = Stopwatch.GetTimestamp();
        await StartProcessAsync();
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>A tenant's token.</summary>
    public string TokenOf(string tenant) => File.ReadAllText(Path.Combine(_folder.FullName, "data", "tenants", $"{tenant}.token")).Trim();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartProcessAsync()
    {
        var config = Path.Combine(_folder.FullName, "config.toml");
        await File.WriteAllTextAsync(config, _config);
        var data = Path.Combine(_folder.FullName, "data");
        _process = Process.Start(new ProcessStartInfo(Beside("orchestrator", "minilambda-orchestrator"), ["--listen", Url?.ToString() ?? "http://127.0.0.1:0", "--data", data, "--config", config])
        {
            RedirectStandardOutput = true,
        })!;
        Url = new Uri(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the orchestrator did not start"));
        Token = (await File.ReadAllTextAsync(Path.Combine(data, "token"))).Trim();
        Connection = new ClusterConnection(Url, Token);
    }

    private async Task StopAsync()
    {
        Connection.Dispose();
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
