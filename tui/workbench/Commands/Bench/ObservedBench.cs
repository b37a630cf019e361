using System.Text.Json;
using Microsoft.Extensions.Logging;
using MiniLambda.Telemetry.Logs;
using MiniLambda.Workbench.Commands.Up;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Bench;

/// <summary>Rates in jobs a second, of one kind of load.</summary>
/// <param name="Off">The middle one of the rounds without metrics, traces and log.</param>
/// <param name="On">The middle one of those with all of them.</param>
/// <param name="Ratio">The middle one of the rounds' own: each stands beside the one before it.</param>
public sealed record ObservedLoad(string Mode, double Off, double On, double Ratio, bool Reached);

/// <summary>What watching costs.</summary>
public sealed record ObservedReport(int Jobs, int Concurrency, int Rounds, IReadOnlyList<ObservedLoad> Loads);

/// <summary><c>bench --observed</c>: clusters that are watched and such that are not, in turns, so that both see the same machine.</summary>
internal static class ObservedBench
{
    private const int Rounds = 5;
    private const double Bar = 0.9;

    public static async Task<int> RunAsync(int jobs, int concurrency, bool isJson, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        await using var sink = await OtlpSink.StartAsync(cancellationToken);
        var on = new Observation { LogFormat = LogFormat.Json, OtlpEndpoint = sink.Url, TraceSample = 0.1 };
        var off = new Observation { Metrics = false };
        // Both ways through the code are compiled before either is measured.
        await MeasureAsync(off, jobs, concurrency, warmUp: true, cancellationToken);
        await MeasureAsync(on, jobs, concurrency, warmUp: true, cancellationToken);
        var without = new List<List<LoadReport>>();
        var with = new List<List<LoadReport>>();
        for (var round = 0; round < Rounds; round++)
        {
            without.Add(await MeasureAsync(off, jobs, concurrency, warmUp: false, cancellationToken));
            with.Add(await MeasureAsync(on, jobs, concurrency, warmUp: false, cancellationToken));
        }

        var loads = without[0].Select((load, at) =>
        {
            var ratio = Middle(without.Zip(with, (o, w) => w[at].Rate / o[at].Rate));
            return new ObservedLoad(load.Mode, Middle(without.Select(r => r[at].Rate)), Middle(with.Select(r => r[at].Rate)), ratio, ratio >= Bar);
        }).ToList();
        var report = new ObservedReport(jobs, concurrency, Rounds, loads);
        if (isJson)
            await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(report, BenchJson.Default.ObservedReport));
        else
            Write(report, sink, terminal.Out);
        return ExitCodes.Done;
    }

    private static async Task<List<LoadReport>> MeasureAsync(
        Observation observation, int jobs, int concurrency, bool warmUp, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        // What is logged goes to a file, as it would to a journal; the terminal is for the report.
        await using var log = new StreamWriter(Path.Combine(folder.Path, "log"));
        var terminal = Console.Error;
        Console.SetError(TextWriter.Synchronized(log));
        try
        {
            var level = observation.Metrics ? LogLevel.Information : LogLevel.Warning;
            await using var own = await EmbeddedCluster.StartAsync("http://127.0.0.1:0", folder.Path, 1, null, level, cancellationToken, observation);
            using var cluster = own.Connect();
            var load = new LoadGenerator(cluster, await BenchCommand.PrepareAsync(cluster, null, BenchCommand.ReadModule(), cancellationToken));
            if (warmUp)
                await BenchCommand.WarmUpAsync(load, Math.Min(BenchCommand.WarmUpJobs, jobs), cancellationToken);
            else
                await load.SubmitAsync(Math.Min(BenchCommand.WarmUpJobs, jobs), concurrency, cancellationToken);
            return [await load.SubmitAsync(jobs, concurrency, cancellationToken), await load.BatchAsync(jobs, concurrency, cancellationToken)];
        }
        finally
        {
            Console.SetError(terminal);
        }
    }

    private static void Write(ObservedReport report, OtlpSink sink, TextWriter output)
    {
        output.WriteLine($"{report.Jobs} jobs, {report.Concurrency} in flight, {report.Rounds} rounds of each in turns; the middle one counts");
        output.WriteLine($"on: metrics, traces (a tenth), JSON log; {sink.Requests} exports of {sink.Bytes} bytes were received\n");
        var table = new TextTable("LOAD", "OFF", "ON", "RATIO", "BAR", "");
        foreach (var load in report.Loads)
            table.Add(load.Mode, $"{load.Off:0} jobs/s", $"{load.On:0} jobs/s", $"{load.Ratio:0.00}", "at least 0.90", load.Reached ? "reached" : "not reached");
        table.Write(output);
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
