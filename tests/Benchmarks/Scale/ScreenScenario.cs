using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>What the workbench costs, in a real terminal (tmux): its first frame, its CPU time at rest and under a flow of events, from key to screen.</summary>
internal static class ScreenScenario
{
    private const int Workers = 50;

    /// <summary>Submitted, leased, finished.</summary>
    private const int EventsOfJob = 3;

    private const int Keys = 40;

    /// <summary>The runtime compiles for a while what it will run all day.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(25);

    /// <param name="program">The workbench; null = as it was built beside this.</param>
    public static async Task<int> RunAsync(string? program, int jobs, int eventsPerSecond, int seconds, CancellationToken stop)
    {
        await using var orchestrator = await OrchestratorProcess.StartAsync();
        using var channel = GrpcChannel.ForAddress(orchestrator.Url);
        var fleet = new List<SimulatedWorker>();
        for (var i = 0; i < Workers; i++)
            fleet.Add(await SimulatedWorker.DialAsync(channel, orchestrator.Token, $"sim-{i}", slots: 4, TimeSpan.FromMilliseconds(20)));
        await BatchSubmission.RunAsync(orchestrator.Connection, jobs, "", stop);
        while ((await orchestrator.Connection.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: stop)).QueuedJobs > 0)
            await Task.Delay(100, stop);
        Console.WriteLine($"{Workers} nodes, {jobs} jobs; {program ?? "the workbench as it was built"}");

        var begun = Stopwatch.GetTimestamp();
        await using var screen = await TmuxScreen.StartAsync(program ?? OrchestratorProcess.Beside("workbench", "minilambda"), orchestrator.Url, orchestrator.Token, stop);
        await screen.UntilAsync("2 Jobs", isShown: true, stop);
        Console.WriteLine($"first frame after {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms, with the start of tmux");
        await Task.Delay(Settling, stop);
        await MeasureAsync("at rest");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var flow = FlowAsync(enough.Token);
        await MeasureAsync($"{eventsPerSecond} events/s");
        await enough.CancelAsync();
        await flow;
        foreach (var worker in fleet)
            await worker.DisposeAsync();
        return 0;

        async Task MeasureAsync(string name)
        {
            var (cpu, from) = (screen.CpuTime, Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(seconds), stop);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {(screen.CpuTime - cpu) / Stopwatch.GetElapsedTime(from):P1} of a core, {screen.Memory >> 20} MB"));
            var looks = new List<double>();
            var times = new List<double>();
            for (var i = 0; i < Keys; i++)
            {
                looks.Add(await TimeAsync(() => screen.UntilAsync("", isShown: true, stop)));
                times.Add(await TimeAsync(() => screen.PressAsync("z", "3 Nodes", isShown: false, stop)));
                times.Add(await TimeAsync(() => screen.PressAsync("z", "3 Nodes", isShown: true, stop)));
                await Task.Delay(20 + (i * 7 % 40), stop);
            }

            Console.WriteLine($"  key to screen: {Distribution.Describe(times, "ms")}");
            Console.WriteLine($"  of it one look at the screen: {Distribution.Describe(looks, "ms")}");
        }

        async Task FlowAsync(CancellationToken enough)
        {
            const int perTick = 5;
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds((double)EventsOfJob * perTick / eventsPerSecond));
            try
            {
                while (await timer.WaitForNextTickAsync(enough))
                    await BatchSubmission.RunAsync(orchestrator.Connection, perTick, "", enough);
            }
            catch (Exception) when (enough.IsCancellationRequested)
            {
                // It flowed for as long as it was measured.
            }
        }
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var begun = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }
}
