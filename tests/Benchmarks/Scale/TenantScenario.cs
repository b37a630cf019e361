using Grpc.Net.Client;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>One tenant floods the queue: how long do the single jobs of another wait, beside how long they wait alone.</summary>
internal static class TenantScenario
{
    private const int Workers = 16;

    public static async Task<int> RunAsync(int flood, int singles, CancellationToken stop)
    {
        await using var orchestrator = await OrchestratorProcess.StartAsync("[tenants.flood]\n[tenants.single]\n");
        using var flooding = new ClusterConnection(orchestrator.Url, orchestrator.TokenOf("flood"));
        using var single = new ClusterConnection(orchestrator.Url, orchestrator.TokenOf("single"));
        using var channel = GrpcChannel.ForAddress(orchestrator.Url);
        var workers = new List<SimulatedWorker>();
        for (var i = 0; i < Workers; i++)
            workers.Add(await SimulatedWorker.DialAsync(channel, orchestrator.Token, $"sim-{i}", slots: 4, TimeSpan.FromMilliseconds(50)));

        var alone = await WaitsAsync(single, singles, stop);
        Console.WriteLine($"alone:           {Distribution.Describe(alone, "ms")}");
        await BatchSubmission.RunAsync(flooding, flood, "", stop);
        var beside = await WaitsAsync(single, singles, stop);
        Console.WriteLine($"beside the flood: {Distribution.Describe(beside, "ms")}");
        Console.WriteLine($"p95 beside / alone: {Distribution.At([.. beside.Order()], 0.95) / Distribution.At([.. alone.Order()], 0.95):0.00} (bar: at most 2)");
        var left = (await flooding.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: stop)).QueuedJobs;
        Console.WriteLine($"{left} of the flood still queued");
        foreach (var worker in workers)
            await worker.DisposeAsync();
        return 0;
    }

    /// <summary>From submission to the attempt's end at the worker and back, less the time it runs.</summary>
    private static async Task<List<double>> WaitsAsync(ClusterConnection cluster, int count, CancellationToken stop)
    {
        var waits = new List<double>();
        var queued = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var job = (await cluster.Jobs.InvokeAsync(new SubmitJobRequest { Function = OrchestratorProcess.Function }, cancellationToken: stop)).Job;
            queued.Add(job.QueuedFor.ToTimeSpan().TotalMilliseconds);
            waits.Add((job.FinishedAt.ToDateTime() - job.CreatedAt.ToDateTime() - job.Usage.Run.ToTimeSpan()).TotalMilliseconds);
        }

        Console.WriteLine($"  of it until the lease: {Distribution.Describe(queued, "ms")}");
        return waits;
    }
}
