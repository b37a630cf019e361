using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;
using MiniLambda.Storage;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;
using MiniLambda.Worker;
using MiniLambda.Worker.Identity;
using JoinToken = MiniLambda.Trust.Joining.JoinToken;

namespace MiniLambda.Orchestrator.Tests;

/// <summary>The whole system in this process, over real connections on a free port, in a folder that is gone after the test.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");
    private readonly List<WorkerHost> _workers = [];
    private readonly TimeSpan _lease;
    private OrchestratorHost _orchestrator = null!;

    private readonly Action<OrchestratorOptions> _configure;

    private TestCluster(TimeSpan lease, Action<OrchestratorOptions>? configure) => (_lease, _configure) = (lease, configure ?? (static _ => { }));

    public Uri Url => _orchestrator.Url;

    /// <summary>What the orchestrator keeps, unless a test put it elsewhere.</summary>
    internal StoreFolder Store => new(Path.Combine(_folder.FullName, "orchestrator"));

    public string Token => _orchestrator.Token;

    /// <summary>What clients know the orchestrator by; null when it serves plain text.</summary>
    public PinnedAuthority? Authority => _orchestrator.Authority;

    internal T Part<T>()
        where T : notnull => _orchestrator.Parts.GetRequiredService<T>();

    public ClusterConnection Connection { get; private set; } = null!;

    public static Task<TestCluster> StartAsync(params string[] workers) => StartAsync(TimeSpan.FromSeconds(2), workers);

    public static Task<TestCluster> StartAsync(TimeSpan lease, params string[] workers) => StartAsync(lease, null, workers);

    public static Task<TestCluster> StartAsync(Action<OrchestratorOptions> configure, params string[] workers) =>
        StartAsync(TimeSpan.FromSeconds(2), configure, workers);

    /// <param name="replace">Parts that the orchestrator has in the place of others, or beside them.</param>
    internal static Task<TestCluster> StartAsync(Action<OrchestratorOptions> configure, Action<IServiceCollection> replace, params string[] workers) =>
        StartAsync(TimeSpan.FromSeconds(2), configure, workers, replace);

    private static async Task<TestCluster> StartAsync(
        TimeSpan lease, Action<OrchestratorOptions>? configure, string[] workers, Action<IServiceCollection>? replace = null)
    {
        var cluster = new TestCluster(lease, configure);
        await cluster.StartOrchestratorAsync("http://127.0.0.1:0", "", replace);
        cluster.Connection = cluster.Connect(cluster.Url, cluster.Token);
        foreach (var worker in workers)
            await cluster.AddWorkerAsync(worker);
        return cluster;
    }

    /// <summary>For <see cref="StartAsync(Action{OrchestratorOptions}, string[])"/>: serves TLS.</summary>
    public static void Secure(OrchestratorOptions options) => options.Listen = options.Listen.Replace("http:", "https:", StringComparison.Ordinal);

    public ClusterConnection Connect(Uri url, string token) => new(url, token, new ServerTrust(Authority));

    public async Task<JoinToken> JoinTokenAsync(CreateJoinTokenRequest? request = null)
    {
        var made = await Connection.Access.CreateJoinTokenAsync(request ?? new CreateJoinTokenRequest());
        return JoinToken.TryParse(made.Text, out var problem) ?? throw new InvalidOperationException(problem);
    }

    /// <summary>What a worker of that name gets when it joins, in a folder of its own.</summary>
    public async Task<NodeIdentity> JoinAsync(string name, JoinToken? token = null, string? server = null)
    {
        token ??= await JoinTokenAsync();
        return await Joining.JoinAsync(
            token, server is null ? token.Servers : [new Uri(server)], name, Path.Combine(_folder.FullName, $"node-{Guid.NewGuid():N}"), TimeProvider.System, default);
    }

    /// <summary>Starts a worker that joined.</summary>
    public Task<WorkerHost> AddWorkerAsync(NodeIdentity identity, Action<WorkerOptions>? configure = null) => AddWorkerAsync(identity.Name, options =>
    {
        options.Identity = identity;
        options.Server = identity.Server.ToString();
        options.Token = "";
        configure?.Invoke(options);
    });

    public async Task<WorkerHost> AddWorkerAsync(string name, Action<WorkerOptions>? configure = null, ILoggerFactory? loggers = null)
    {
        var options = new WorkerOptions
        {
            Server = Url.ToString(),
            Token = Token,
            Name = name,
            Slots = 2,
            Data = Path.Combine(_folder.FullName, $"{name}-{Guid.NewGuid():N}"),
        };
        configure?.Invoke(options);
        var worker = await WorkerHost.StartAsync(options, default, loggers);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Stops the orchestrator and starts it again over the same data, on the same port.</summary>
    /// <param name="meanwhile">What happens while none runs.</param>
    public async Task RestartOrchestratorAsync(Action? meanwhile = null)
    {
        var (url, token) = (Url, Token);
        await _orchestrator.DisposeAsync();
        meanwhile?.Invoke();
        await StartOrchestratorAsync(url.ToString(), token);
    }

    /// <summary>Stops the orchestrator with no regard to what is under way, and starts it again over the same data, on the same port.</summary>
    /// <param name="replace">Parts that the new one has in the place of others.</param>
    internal async Task AbortOrchestratorAsync(Action<IServiceCollection>? replace = null)
    {
        var (url, token) = (Url, Token);
        await _orchestrator.AbortAsync();
        await StartOrchestratorAsync(url.ToString(), token, replace);
    }

    /// <summary>Pushes a fixture under a name.</summary>
    /// <param name="settings">What the manifest says beyond name and module.</param>
    public async Task<Function> PushAsync(string name, string fixture, string settings = "", ClusterConnection? connection = null) =>
        (await PushAsync(name, ModuleBytes.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{fixture}.wat")), settings, connection)).Function;

    /// <param name="connection">As whom; the cluster's own token by default.</param>
    public async Task<PushFunctionResponse> PushAsync(string name, byte[] module, string settings = "", ClusterConnection? connection = null)
    {
        connection ??= Connection;
        var digest = await connection.Blobs.UploadAsync(new MemoryStream(module), default);
        var manifest = $"name = \"{name}\"\nmodule = \"{name}.wasm\"\n{settings}";
        return await connection.Functions.PushAsync(new PushFunctionRequest { Manifest = manifest, ModuleDigest = digest });
    }

    public async Task<Job> SubmitAsync(string function) =>
        (await Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = function })).Job;

    public async Task<WorkerInfo> WorkerAsync(string name) => await Connection.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = name });

    public async Task<WorkerInfo.Types.Status> StatusAsync(string worker) => (await WorkerAsync(worker)).Status;

    /// <summary>Asks until a worker is as awaited, and answers how it stood then.</summary>
    public async Task<WorkerInfo> UntilAsync(string worker, Func<WorkerInfo, bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var info = await WorkerAsync(worker);
            if (reached(info))
                return info;
            await Task.Delay(20, patience.Token);
        }
    }

    public async Task<Job> GetAsync(string id) => await Connection.Jobs.GetAsync(new GetJobRequest { Id = id });

    /// <summary>Watches a job until it is as asked for, and answers how it stood then.</summary>
    public async Task<Job> WaitAsync(string id, Func<Job, bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var job in Client.Jobs.JobFollowing.WatchAsync(Connection.Jobs, [id], patience.Token))
        {
            if (reached(job))
                return job;
        }

        throw new InvalidOperationException($"job {id} ended and never was as awaited");
    }

    /// <summary>Turns a bit in the middle of a blob over, on the disk.</summary>
    public void Spoil(string digest)
    {
        using var file = File.Open(Path.Combine(_folder.FullName, "orchestrator", "blobs", digest[..2], digest[2..]), FileMode.Open);
        file.Position = file.Length / 2;
        var old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 1));
    }

    public Task<Job> WaitForOutcomeAsync(string id) => WaitAsync(id, static job => job.FinishedAt is not null);

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        Connection.Dispose();
        await _orchestrator.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartOrchestratorAsync(string listen, string token = "", Action<IServiceCollection>? replace = null)
    {
        var options = new OrchestratorOptions
        {
            Listen = listen,
            Token = token,
            Data = Store.Path,
            LeaseDuration = _lease,
            MaxInputBytes = 1 << 20,
            MaxModuleBytes = 1 << 20,
        };
        _configure(options);
        _orchestrator = await OrchestratorHost.StartAsync(options, replace ?? (static _ => { }), null, default);
    }
}
