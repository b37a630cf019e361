using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Sandbox;
using MiniLambda.Worker;

namespace MiniLambda.Web.Tests;

/// <summary>An orchestrator and a worker in this process, on a free port, in a folder that is gone after the tests.</summary>
public sealed class WebCluster : IAsyncDisposable
{
    /// <summary>The texts of tokens that may do less than the orchestrator's own.</summary>
    public string Reader { get; private set; } = "";

    public string Submitter { get; private set; } = "";

    public string OtherTenant { get; private set; } = "";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-web-");
    private readonly List<WorkerHost> _workers = [];
    private OrchestratorHost _orchestrator = null!;
    private int _peers;

    /// <summary>Where the audit log lies.</summary>
    public string AuditFolder => Part<AuditWriter>().Folder.Path;

    public Uri Url => _orchestrator.Url;

    public string Token => _orchestrator.Token;

    public ClusterConnection Connection { get; private set; } = null!;

    internal T Part<T>()
        where T : notnull => _orchestrator.Parts.GetRequiredService<T>();

    public object? Service(Type type) => _orchestrator.Parts.GetService(type);

    public static async Task<WebCluster> StartAsync(bool withWorker = true)
    {
        var cluster = new WebCluster();
        var options = new OrchestratorOptions
        {
            Listen = "http://127.0.0.1:0",
            Data = Path.Combine(cluster._folder.FullName, "orchestrator"),
            ActivityInterval = TimeSpan.FromMilliseconds(250),
        };
        cluster._orchestrator = await OrchestratorHost.StartAsync(options, default);
        cluster.Connection = new ClusterConnection(cluster.Url, cluster.Token);
        cluster.Reader = await cluster.CreateTokenAsync(Role.Reader);
        cluster.Submitter = await cluster.CreateTokenAsync(Role.Submitter);
        cluster.OtherTenant = await cluster.CreateTokenAsync(Role.Operator, "other");
        if (withWorker)
            await cluster.AddWorkerAsync("attic-1");
        return cluster;
    }

    public async Task<WorkerHost> AddWorkerAsync(string name, Action<WorkerOptions>? configure = null)
    {
        var options = new WorkerOptions
        {
            Server = Url.ToString(),
            Token = Token,
            Name = name,
            Slots = 2,
            Data = Path.Combine(_folder.FullName, name),
        };
        configure?.Invoke(options);
        var worker = await WorkerHost.StartAsync(options, default);
        _workers.Add(worker);
        return worker;
    }

    public static byte[] Module(string fixture) => ModuleBytes.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{fixture}.wat"));

    public async Task<Function> PushAsync(string name, string fixture, string settings = "")
    {
        var digest = await Connection.Blobs.UploadAsync(new MemoryStream(Module(fixture)), default);
        var manifest = $"name = \"{name}\"\nmodule = \"{name}.wasm\"\n{settings}";
        return (await Connection.Functions.PushAsync(new PushFunctionRequest { Manifest = manifest, ModuleDigest = digest })).Function;
    }

    public async Task<Job> SubmitAsync(string function, string input = "") =>
        (await Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = function, Input = Google.Protobuf.ByteString.CopyFrom(Encoding.UTF8.GetBytes(input)) })).Job;

    public async Task<Job> GetAsync(string id) => await Connection.Jobs.GetAsync(new GetJobRequest { Id = id });

    /// <summary>Watches a job until it is as asked for.</summary>
    public async Task<Job> WaitAsync(string id, Func<Job, bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var job in JobFollowing.WatchAsync(Connection.Jobs, [id], patience.Token))
        {
            if (reached(job))
                return job;
        }

        throw new InvalidOperationException($"job {id} ended and never was as awaited");
    }

    public Task<Job> EndAsync(string id) => WaitAsync(id, static job => job.FinishedAt is not null);

    /// <summary>Writes an entry of the audit log, and waits until it is there.</summary>
    public async Task RecordAsync(string action, string target, string detail = "", bool isDenied = false)
    {
        var before = Part<AuditWriter>().Written.Head.Number;
        // Each from a peer of its own: of one that is denied often, attempts are only counted.
        Part<AuditLog>().Record(action, isDenied ? AuditOutcome.Denied : AuditOutcome.Done, null, $"test-{Interlocked.Increment(ref _peers)}", target, detail);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var record in Part<AuditReader>().ReadAsync(before, 0, follow: true, patience.Token))
        {
            if (record.Action == action && record.Peer == $"test-{_peers}")
                return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        Connection.Dispose();
        await _orchestrator.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<string> CreateTokenAsync(Role role, string tenant = "") =>
        (await Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = role, Tenant = tenant })).Secret;
}
