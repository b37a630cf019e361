using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>Many workers on one orchestrator: do their heartbeats get through, how long does a job wait for its lease, what does it cost.</summary>
internal static class FleetScenario
{
    /// <summary>Streams of one connection; HTTP/2 servers allow about a hundred.</summary>
    private const int WorkersPerConnection = 90;

    private const int JobsPerSecond = 200;

    public static async Task<int> RunAsync(int workers, int seconds, CancellationToken stop)
    {
        await using var orchestrator = await OrchestratorProcess.StartAsync();
        var leased = new ConcurrentDictionary<string, long>();
        var fleet = new List<SimulatedWorker>();
        var channels = new List<GrpcChannel>();
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < workers; i++)
        {
            if (i % WorkersPerConnection == 0)
                channels.Add(GrpcChannel.ForAddress(orchestrator.Url));
            fleet.Add(await SimulatedWorker.DialAsync(
                channels[^1], orchestrator.Token, $"sim-{i}", slots: 4, TimeSpan.FromMilliseconds(20), lease => leased[lease.JobId] = Stopwatch.GetTimestamp()));
        }

        Console.WriteLine($"{workers} workers joined in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s; orchestrator: {orchestrator.Memory >> 20} MB");
        await MeasureAsync("at rest", () => Task.Delay(TimeSpan.FromSeconds(seconds), stop));
        var waits = new ConcurrentBag<double>();
        await MeasureAsync($"{JobsPerSecond} jobs/s", () => LoadAsync(waits));
        Console.WriteLine($"placement (submitted → lease at the worker): {Distribution.Describe(waits, "ms")}");
        var gone = fleet.Where(static worker => worker.Failure is not null).ToList();
        Console.WriteLine($"heartbeats: slowest answer {fleet.Max(static worker => worker.SlowestAnswer).TotalMilliseconds:0} ms, "
            + $"{fleet.Sum(static worker => Math.Max(0, worker.Unanswered - 1))} missed, {gone.Count} sessions lost{(gone.Count > 0 ? $" ({gone[0].Failure})" : "")}");
        foreach (var worker in fleet)
            await worker.DisposeAsync();
        channels.ForEach(static channel => channel.Dispose());
        return gone.Count == 0 ? 0 : 1;

        async Task MeasureAsync(string name, Func<Task> during)
        {
            var (cpu, from) = (orchestrator.CpuTime, Stopwatch.GetTimestamp());
            await during();
            var share = (orchestrator.CpuTime - cpu) / Stopwatch.GetElapsedTime(from);
            Console.WriteLine($"{name}: the orchestrator used {share:P1} of a core, {orchestrator.Memory >> 20} MB");
        }

        async Task LoadAsync(ConcurrentBag<double> waits)
        {
            var jobs = new List<Task>();
            var from = Stopwatch.GetTimestamp();
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / JobsPerSecond));
            while (Stopwatch.GetElapsedTime(from).TotalSeconds < seconds && await timer.WaitForNextTickAsync(stop))
                jobs.Add(OneAsync(waits));
            await Task.WhenAll(jobs);
        }

        async Task OneAsync(ConcurrentBag<double> waits)
        {
            var sent = Stopwatch.GetTimestamp();
            var answer = await orchestrator.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = OrchestratorProcess.Function }, cancellationToken: stop);
            if (leased.TryRemove(answer.Job.Id, out var at))
                waits.Add(Stopwatch.GetElapsedTime(sent, at).TotalMilliseconds);
        }
    }
}
