using System.Diagnostics;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>What a long queue does to the orchestrator: rates, memory, restart, and how fast lists answer.</summary>
internal static class BacklogScenario
{
    private const int Sample = 20_000;

    public static async Task<int> RunAsync(int jobs, CancellationToken stop)
    {
        await using var orchestrator = await OrchestratorProcess.StartAsync();
        Console.WriteLine($"orchestrator at the start: {Megabytes(orchestrator.Memory)}");

        await BatchSubmission.RunAsync(orchestrator.Connection, Sample, "", stop);
        await DispatchAsync(orchestrator, Sample, stop);
        var submitEmpty = await BatchSubmission.RunAsync(orchestrator.Connection, Sample, "", stop);
        var dispatchEmpty = await DispatchAsync(orchestrator, Sample, stop);
        Console.WriteLine($"empty queue:  submit {submitEmpty:0}/s  dispatch {dispatchEmpty:0}/s");

        var fill = await BatchSubmission.RunAsync(orchestrator.Connection, jobs, "", stop);
        Console.WriteLine($"queued {jobs} jobs at {fill:0}/s; orchestrator: {Megabytes(orchestrator.Memory)}");
        var submitFull = await BatchSubmission.RunAsync(orchestrator.Connection, Sample, "", stop);
        var dispatchFull = await DispatchAsync(orchestrator, Sample, stop);
        Console.WriteLine($"with backlog: submit {submitFull:0}/s ({submitFull / submitEmpty:0.00}x)  dispatch {dispatchFull:0}/s ({dispatchFull / dispatchEmpty:0.00}x)");

        var begun = Stopwatch.GetTimestamp();
        var pages = 0;
        var token = "";
        var slowest = TimeSpan.Zero;
        do
        {
            var asked = Stopwatch.GetTimestamp();
            var page = await orchestrator.Connection.Jobs.ListAsync(
                new ListJobsRequest { PageSize = 100, PageToken = token, States = { Job.Types.State.Queued } }, cancellationToken: stop);
            token = page.NextPageToken;
            pages++;
            if (Stopwatch.GetElapsedTime(asked) is var took && took > slowest)
                slowest = took;
        }
        while (token.Length > 0 && pages < 200);
        Console.WriteLine($"{pages} pages of 'job list': {Stopwatch.GetElapsedTime(begun).TotalMilliseconds / pages:0.0} ms each, the slowest {slowest.TotalMilliseconds:0.0} ms");

        begun = Stopwatch.GetTimestamp();
        var served = await orchestrator.RestartAsync();
        await DispatchAsync(orchestrator, 1, stop);
        Console.WriteLine($"restart: served after {served.TotalSeconds:0.0} s, first dispatch after {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s; {Megabytes(orchestrator.Memory)}");
        return 0;
    }

    /// <summary>How many jobs were run to their committed outcome in a second.</summary>
    private static async Task<double> DispatchAsync(OrchestratorProcess orchestrator, int count, CancellationToken stop)
    {
        using var channel = GrpcChannel.ForAddress(orchestrator.Url);
        var before = await LeftAsync(orchestrator, stop);
        var begun = Stopwatch.GetTimestamp();
        await using (await SimulatedWorker.DialAsync(channel, orchestrator.Token, "sim", slots: 2, TimeSpan.Zero))
        {
            while (before - await LeftAsync(orchestrator, stop) < count && !stop.IsCancellationRequested)
                await Task.Delay(5, stop);
        }

        var done = before - await LeftAsync(orchestrator, stop);
        return done / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<long> LeftAsync(OrchestratorProcess orchestrator, CancellationToken stop)
    {
        var info = await orchestrator.Connection.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: stop);
        return info.QueuedJobs + info.LeasedJobs + info.RunningJobs;
    }

    private static string Megabytes(long bytes) => $"{bytes >> 20} MB";
}
