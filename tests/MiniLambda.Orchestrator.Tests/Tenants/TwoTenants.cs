using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Sessions;

namespace MiniLambda.Orchestrator.Tests.Tenants;

/// <summary>A cluster of two tenants. <c>photos</c> has a function, a job that is done with a log and a result in a blob, and one that waits.</summary>
internal sealed class TwoTenants : IAsyncDisposable
{
    public const string Secret = "what only photos may read";

    private TwoTenants(TestCluster cluster)
    {
        Cluster = cluster;
        Photos = new ClusterConnection(cluster.Url, "photos-token");
        Music = new ClusterConnection(cluster.Url, "music-token");
    }

    public TestCluster Cluster { get; }

    public ClusterConnection Photos { get; }

    public ClusterConnection Music { get; }

    /// <summary>Over all tenants.</summary>
    public ClusterConnection All => Cluster.Connection;

    public Function Function { get; private set; } = null!;

    public string Done { get; private set; } = "";

    public string Waiting { get; private set; } = "";

    public string Failed { get; private set; } = "";

    public string Input { get; private set; } = "";

    public string Result { get; private set; } = "";

    public static async Task<TwoTenants> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(options =>
        {
            options.LeaseDuration = TimeSpan.FromSeconds(30);
            options.TenantTokens["photos"] = "photos-token";
            options.TenantTokens["music"] = "music-token";
        });
        var tenants = new TwoTenants(cluster);
        await tenants.FillAsync();
        return tenants;
    }

    public ClusterConnection In(string tenant) => new(Cluster.Url, Cluster.Token, tenant: tenant);

    public async ValueTask DisposeAsync()
    {
        Photos.Dispose();
        Music.Dispose();
        await Cluster.DisposeAsync();
    }

    private async Task FillAsync()
    {
        Function = await Cluster.PushAsync("resize", "echoes_stdin", "[retry]\nattempts = 1", Photos);
        Input = await UploadAsync(Photos, Secret + " on stdin");
        await using var worker = await HandWorker.DialAsync(Cluster, "w", slots: 1);
        Done = (await Photos.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize", InputDigest = Input, IdempotencyKey = "k" })).Job.Id;
        await worker.NextLeaseAsync();
        await worker.SendAsync(new WorkerMessage { Log = new AttemptLog { JobId = Done, Attempt = 1, Data = ByteString.CopyFromUtf8(Secret) } });
        Result = await UploadAsync(All, Secret + " on stdout");
        await worker.SendAsync(new WorkerMessage
        {
            Completed = new AttemptCompleted { JobId = Done, Attempt = 1, Outcome = Attempt.Types.Outcome.Succeeded, ExitCode = 0, ResultDigest = Result },
        });
        await worker.NextAckAsync();
        Failed = (await Photos.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize" })).Job.Id;
        await worker.NextLeaseAsync();
        await worker.SendAsync(new WorkerMessage
        {
            Completed = new AttemptCompleted { JobId = Failed, Attempt = 1, Outcome = Attempt.Types.Outcome.Exit, ExitCode = 3 },
        });
        await worker.NextAckAsync();
        await worker.SendAsync(new WorkerMessage { Draining = new WorkerDraining() });
        await worker.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat() });
        await worker.NextHeartbeatAckAsync();
        Waiting = (await Photos.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize" })).Job.Id;
    }

    public static Task<string> UploadAsync(ClusterConnection connection, string text) =>
        connection.Blobs.UploadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), default);

    public static async Task<List<T>> ReadAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var answers = new List<T>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(patience.Token))
            answers.Add(answer);
        return answers;
    }
}
