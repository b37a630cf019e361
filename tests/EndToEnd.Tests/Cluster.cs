using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd;

/// <summary>A cluster of real processes on loopback, with everything it keeps in one temporary folder.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>Longer than any worker is kept waiting for the processor, where a test does not ask for less.</summary>
    private static readonly TimeSpan UsualLease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = TemporaryFolder.Create();
    private readonly Dictionary<string, Daemon> _workers = [];
    private ClusterConnection? _connection;

    public Daemon Orchestrator { get; private set; } = null!;

    public IReadOnlyDictionary<string, Daemon> Workers => _workers;

    public Uri Url { get; private set; } = null!;

    /// <summary>What the orchestrator keeps.</summary>
    public string Data => _folder.At("orchestrator");

    private TimeSpan Lease { get; init; }

    public string TokenFile => Path.Combine(Data, "token");

    public ClusterConnection Connection => _connection ??= new ClusterConnection(Url, File.ReadAllText(TokenFile).Trim());

    public static Task<Cluster> StartAsync(params string[] workers) => StartAsync(UsualLease, workers);

    public static async Task<Cluster> StartAsync(TimeSpan lease, params string[] workers)
    {
        var cluster = new Cluster { Lease = lease };
        try
        {
            await cluster.StartOrchestratorAsync();
            foreach (var worker in workers)
                await cluster.StartWorkerAsync(worker);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the orchestrator, the second time on the port it had before.</summary>
    public async Task StartOrchestratorAsync()
    {
        Orchestrator = await Daemon.StartAsync(Programs.Orchestrator(
            "--listen", Url?.ToString().TrimEnd('/') ?? "http://127.0.0.1:0", "--data", Data, "--lease-duration", $"{Lease.TotalSeconds}s"));
        Url = new Uri(Orchestrator.ReadyLine);
    }

    public async Task StartWorkerAsync(string name, int slots = 2) => _workers[name] = await Daemon.StartAsync(Programs.Worker(
        "--server", Url.ToString(), "--data", _folder.At(name), "--name", name, "--slots", $"{slots}", "--token-file", TokenFile));

    /// <summary>The outcomes that a worker has on its disk.</summary>
    public IReadOnlyList<string> Spooled(string worker) => Directory.GetFiles(Path.Combine(_folder.At(worker), "spool"), "*.outcome");

    /// <summary>What a worker's guests and transfers have in files.</summary>
    public IReadOnlyList<string> Temporary(string worker) => Directory.GetFileSystemEntries(Path.Combine(_folder.At(worker), "tmp"));

    /// <summary>A file beside what the daemons keep.</summary>
    public string Beside(string name) => _folder.At(name);

    /// <summary>Runs another verb of the orchestrator's program on this cluster's data folder.</summary>
    public Task<CommandResult> MaintainAsync(params string[] args) =>
        CommandResult.OfAsync(Programs.Orchestrator([.. args, "--data", Data]), _folder.FullName);

    /// <summary>Pushes one of the examples, with further lines for its manifest.</summary>
    public async Task<string> PushAsync(string example, string name, string manifest = "")
    {
        await using var module = File.OpenRead(Path.Combine(Programs.Examples, example, $"{example}.wasm"));
        var digest = await Connection.Blobs.UploadAsync(module, CancellationToken.None);
        var pushed = await Connection.Functions.PushAsync(
            new PushFunctionRequest { Manifest = $"name = \"{name}\"\n{manifest}", ModuleDigest = digest });
        return pushed.Function.Name;
    }

    public async Task<Job> SubmitAsync(string function, params string[] args)
    {
        var request = new SubmitJobRequest { Function = function, Overrides = new JobOverrides() };
        request.Overrides.Args.Add(args);
        return (await Connection.Jobs.SubmitAsync(request)).Job;
    }

    /// <summary>Watches a job until it is as asked for, and answers how it stood then.</summary>
    public async Task<Job> UntilAsync(string id, Func<Job, bool> reached)
    {
        using var limit = new CancellationTokenSource(Limit);
        var last = "never seen";
        try
        {
            await foreach (var job in Connection.Jobs.WatchAsync([id], limit.Token))
            {
                if (reached(job))
                    return job;
                last = $"{job.State} in attempt {job.Attempt}: {job.Message}";
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"job {id} did not come so far: {last}");
        }

        throw new InvalidOperationException($"job {id} ended before it came so far: {last}");
    }

    /// <summary>Looks again and again until it is so.</summary>
    public static async Task UntilAsync(Func<bool> reached, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!reached())
        {
            Assert.False(limit.IsCancellationRequested, what);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Waits until the connection has got over the orchestrator's last end.</summary>
    public async Task ReachAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                await Connection.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: limit.Token);
                return;
            }
            catch (ApiException e) when (e.Status is StatusCode.Unavailable or StatusCode.Internal)
            {
                await Task.Delay(100, limit.Token);
            }
        }
    }

    /// <summary>Waits until a worker takes jobs.</summary>
    public async Task SeeWorkerAsync(string name)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!(await Connection.Cluster.ListWorkersAsync(new ListWorkersRequest(), cancellationToken: limit.Token)).Workers
            .Any(worker => worker.Name == name && worker.Status == WorkerInfo.Types.Status.Ready))
            await Task.Delay(50, limit.Token);
    }

    /// <summary>Waits until every job has its outcome.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            var info = await Connection.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: patience.Token);
            if (info.QueuedJobs + info.LeasedJobs + info.RunningJobs == 0)
                return;
            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>Cancels what waits or runs, and waits until it has its outcome.</summary>
    public async Task ClearAsync()
    {
        await Connection.Jobs.CancelMatchingAsync(new MatchingJobsRequest { All = true });
        await SettleAsync(CancellationToken.None);
    }

    public async Task<Job> GetAsync(string id) => await Connection.Jobs.GetAsync(new GetJobRequest { Id = id });

    /// <summary>Runs the command line against this cluster.</summary>
    public Task<CommandResult> RunAsync(params string[] args) => RunAsync(null, args);

    public async Task<CommandResult> RunAsync(string? token, string[] args)
    {
        var program = Programs.Workbench(args);
        program.Environment["MINILAMBDA_SERVER"] = Url.ToString();
        program.Environment["MINILAMBDA_TOKEN"] = token ?? (await File.ReadAllTextAsync(TokenFile)).Trim();
        return await CommandResult.OfAsync(program, _folder.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        foreach (var worker in _workers.Values)
            await worker.DisposeAsync();
        if (Orchestrator is not null)
            await Orchestrator.DisposeAsync();
        await _folder.DisposeAsync();
    }
}
