using System.Runtime;
using System.CommandLine;
using Microsoft.Extensions.Logging;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Hosting.Logs;
using MiniLambda.Telemetry.Logs;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Commands.Up;

namespace MiniLambda.Workbench.Commands.Bench;

/// <summary><c>bench</c></summary>
internal static class BenchCommand
{
    private const string Manifest = "name = \"bench-hello\"\ndescription = \"examples/hello, for minilambda bench\"\n";

    /// <summary>Enough for the runtime's optimizing compiler to have seen every hot method.</summary>
    internal const int WarmUpJobs = 1000;
    private const int MaxWarmUpRounds = 10;

    /// <summary>Methods compiled in a round of warming up that make no difference any more.</summary>
    private const int SettledMethods = 50;

    private static readonly TimeSpan TieringDelay = TimeSpan.FromMilliseconds(300);

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var function = new Option<string?>("--function") { Description = "function to run (default: examples/hello)", HelpName = "name" };
        var jobs = Flags.Number("--jobs", "jobs to run", usual: 5000, min: 1, max: 1_000_000);
        var concurrency = Flags.Number("--concurrency", "requests in flight (in invoke mode, default 1)", usual: 64, min: 1, max: 4096);
        var mode = new Option<string?>("--mode") { Description = "invoke, submit or batch (default: one after the other)", HelpName = "mode" };
        mode.AcceptOnly(["invoke", "submit", "batch"]);
        var floor = new Option<bool>("--floor") { Description = "also measure the bare parts in this run, and print the ratios" };
        var observed = new Option<bool>("--observed") { Description = "measure what metrics, traces (a tenth of them) and a log of JSON lines cost, on clusters of its own" };
        var tls = new Option<bool>("--tls") { Description = "measure a cluster of its own twice, in plain text and over mutual TLS, and print the ratio" };
        var format = new OutputFormat();
        var command = new Command("bench", "Rate and percentiles of a cluster; of one of its own when none is configured")
        {
            function, jobs, concurrency, mode, floor, observed, tls,
        };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(observed))
                return await ObservedBench.RunAsync(parsed.GetValue(jobs), parsed.GetValue(concurrency), format.IsJson(parsed), terminal, cancellationToken);
            using var folder = new TemporaryFolder();
            var module = ReadModule();
            if (parsed.GetValue(tls) && parsed.GetValue(function) is not null)
                throw new CommandException(ExitCodes.Usage, "--tls measures a cluster of its own, which has no function but its own");
            BenchReport report;
            if (!parsed.GetValue(tls) && global.IsClusterNamed(parsed, terminal))
            {
                using var cluster = global.Connect(parsed, terminal);
                report = await MeasureAsync(cluster, cluster.Server.ToString().TrimEnd('/'));
            }
            else
            {
                await using var own = await StartAsync("http", Path.Combine(folder.Path, "plain"), cancellationToken);
                using var cluster = own.Connect();
                report = await MeasureAsync(cluster, "embedded: orchestrator, one worker and this client in one process");
            }

            if (parsed.GetValue(tls))
            {
                await using var own = await StartAsync("https", Path.Combine(folder.Path, "tls"), cancellationToken);
                using var cluster = own.Connect();
                var (_, _, loads) = await LoadAsync(cluster);
                report = report with { Tls = loads, Ratios = [.. report.Ratios, .. TlsRatios(report.Loads, loads)] };
            }

            if (format.IsJson(parsed))
                await terminal.Out.WriteLineAsync(report.ToJson());
            else
                report.Write(terminal.Out);
            return report.Loads.Concat(report.Tls ?? []).Any(l => l.Failed > 0) ? ExitCodes.Failed : ExitCodes.Done;

            async Task<BenchReport> MeasureAsync(ClusterConnection cluster, string name)
            {
                var (request, warmUp, loads) = await LoadAsync(cluster);
                var floors = parsed.GetValue(floor) ? await Floor.MeasureAsync(module, folder.Path, cancellationToken) : null;
                return new BenchReport(name, $"{request.Function}@{request.Version}", loads, floors, floors is null ? [] : Ratios(loads, floors)) { WarmUpJobs = warmUp };
            }

            async Task<(SubmitJobRequest Request, int WarmUpJobs, List<LoadReport> Loads)> LoadAsync(ClusterConnection cluster)
            {
                var request = await PrepareAsync(cluster, parsed.GetValue(function), module, cancellationToken);
                var load = new LoadGenerator(cluster, request);
                var warmUp = await WarmUpAsync(load, Math.Min(WarmUpJobs, parsed.GetValue(jobs)), cancellationToken);
                var loads = new List<LoadReport>();
                if (parsed.GetValue(mode) is null or "invoke")
                {
                    var inFlight = parsed.GetResult(concurrency) is { Implicit: false } ? parsed.GetValue(concurrency) : 1;
                    var rounds = parsed.GetValue(mode) is null ? Math.Min(1000, parsed.GetValue(jobs)) : parsed.GetValue(jobs);
                    loads.Add(await load.InvokeAsync(rounds, inFlight, cancellationToken));
                }

                if (parsed.GetValue(mode) is null or "submit")
                    loads.Add(await load.SubmitAsync(parsed.GetValue(jobs), parsed.GetValue(concurrency), cancellationToken));
                if (parsed.GetValue(mode) is null or "batch")
                    loads.Add(await load.BatchAsync(parsed.GetValue(jobs), parsed.GetValue(concurrency), cancellationToken));
                return (request, warmUp, loads);
            }
        });
        return command;
    }

    /// <summary>
    /// Compiles, connects, and lets the runtime compile and optimise what will be measured: daemons run for weeks, and what they do in their first
    /// seconds says little of that. Done when a round brings hardly anything new.
    /// </summary>
    /// <returns>How many jobs that took.</returns>
    internal static async Task<int> WarmUpAsync(LoadGenerator load, int jobs, CancellationToken cancellationToken)
    {
        var ran = 0;
        for (var round = 0; round < MaxWarmUpRounds; round++)
        {
            var known = JitInfo.GetCompiledMethodCount();
            ran += (await load.InvokeAsync(jobs, 1, cancellationToken)).Jobs;
            ran += (await load.SubmitAsync(jobs, 64, cancellationToken)).Jobs;
            ran += (await load.BatchAsync(jobs, 64, cancellationToken)).Jobs;
            // What became hot is optimised beside it, a moment after nothing new came.
            await Task.Delay(TieringDelay, cancellationToken);
            if (JitInfo.GetCompiledMethodCount() - known < SettledMethods)
                break;
        }

        return ran;
    }

    internal static async Task<SubmitJobRequest> PrepareAsync(
        ClusterConnection cluster, string? function, byte[] module, CancellationToken cancellationToken)
    {
        if (function is not null)
        {
            var (name, version) = FunctionNames.Parse(function, ExitCodes.Failed);
            var found = await cluster.Functions.GetAsync(new GetFunctionRequest { Name = name, Version = version }, cancellationToken: cancellationToken);
            return new SubmitJobRequest { Function = found.Name, Version = found.Version };
        }

        var digest = await cluster.Blobs.UploadAsync(new MemoryStream(module), cancellationToken);
        var pushed = await cluster.Functions.PushAsync(
            new PushFunctionRequest { Manifest = Manifest, ModuleDigest = digest }, cancellationToken: cancellationToken);
        return new SubmitJobRequest { Function = pushed.Function.Name, Version = pushed.Function.Version };
    }

    internal static byte[] ReadModule()
    {
        using var resource = typeof(BenchCommand).Assembly.GetManifestResourceStream("bench.wasm")!;
        using var module = new MemoryStream();
        resource.CopyTo(module);
        return module.ToArray();
    }

    // Its plain text, which nobody but this process sees for the seconds it lasts, is no matter for a warning.
    private static Task<EmbeddedCluster> StartAsync(string scheme, string data, CancellationToken cancellationToken) => EmbeddedCluster.StartAsync(
        $"{scheme}://127.0.0.1:0", data, 1, null,
        static logging => logging.AddDaemonLog(LogFormat.Text, new LogThreshold { Level = LogLevel.Warning }).AddFilter("MiniLambda.Orchestrator.OrchestratorHost", LogLevel.Error), cancellationToken);

    private static IEnumerable<RatioReport> TlsRatios(IReadOnlyList<LoadReport> plain, IReadOnlyList<LoadReport> tls)
    {
        foreach (var (before, after) in plain.Zip(tls))
        {
            var ratio = after.Rate / before.Rate;
            yield return new RatioReport($"{after.Mode} over mutual TLS / plain text, jobs/s", ratio, "at least 0.85", ratio >= 0.85);
        }
    }

    // The bars are those of the design.
    private static List<RatioReport> Ratios(List<LoadReport> loads, FloorReport floor)
    {
        var ratios = new List<RatioReport>();
        var cold = floor.ProcessCold.P50 / floor.BareCold.P50;
        var warm = floor.ProcessWarm.P50 / floor.BareWarm.P50;
        ratios.Add(new RatioReport("cold start p50 in ms", floor.ProcessCold.P50, "at most 1", floor.ProcessCold.P50 <= 1));
        ratios.Add(new RatioReport("cold start / bare cold start", cold, "at most 1.5", cold <= 1.5));
        ratios.Add(new RatioReport("warm start / bare warm start", warm, "at most 2.5", warm <= 2.5));
        if (loads.Find(l => l.Mode == "invoke") is { Concurrency: 1 } invoke)
        {
            var whole = invoke.Phases["whole"].P50 / floor.Echo.P50;
            ratios.Add(new RatioReport("invoke / bare gRPC echo, p50", whole, "at most 4", whole <= 4));
        }

        foreach (var load in loads.Where(l => l.Mode != "invoke"))
        {
            var rate = load.Rate / floor.BareRate;
            ratios.Add(new RatioReport($"durable jobs ({load.Mode}) / bare loop rounds", rate, "at least 0.30", rate >= 0.30));
        }

        return ratios;
    }
}
