using System.Diagnostics.Metrics;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;
using MiniLambda.Telemetry.Metrics;
using MiniLambda.Worker.Execution;

namespace MiniLambda.Worker.Metrics;

/// <summary>What one worker measures.</summary>
internal sealed class WorkerMetrics : IDisposable
{
    public const string MeterName = "MiniLambda.Worker";

    private static readonly Dictionary<Attempt.Types.Outcome, KeyValuePair<string, object?>> Outcomes = Enum.GetValues<Attempt.Types.Outcome>()
        .ToDictionary(static outcome => outcome, static outcome => KeyValuePair.Create("minilambda.outcome", (object?)Word(outcome.ToString())));

    private static readonly Dictionary<Usage.Types.Artifact, KeyValuePair<string, object?>> Artifacts = Enum.GetValues<Usage.Types.Artifact>()
        .ToDictionary(static source => source, static source => KeyValuePair.Create("minilambda.artifact", (object?)Word(source.ToString())));

    private readonly Counter<long> _ended;
    private readonly Counter<long> _returned;
    private readonly Counter<long> _starts;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _heartbeats;
    private readonly Counter<double> _cpu;
    private readonly Histogram<double> _fetch;
    private readonly Histogram<double> _compile;
    private readonly Histogram<double> _start;
    private readonly Histogram<double> _run;

    public WorkerMetrics(SandboxEngine sandbox, SlotPool slots, AttemptTable attempts)
    {
        Meter = new Meter(MeterName);
        _ended = Meter.CreateCounter<long>("minilambda.worker.attempt.finished", "{attempt}", "Attempts that ended here, by outcome");
        _returned = Meter.CreateCounter<long>("minilambda.worker.attempt.returned", "{attempt}", "Attempts that were handed back");
        _starts = Meter.CreateCounter<long>("minilambda.worker.starts", "{attempt}", "Guests that began, by where the compiled module was: cold is compiled or disk, warm is memory");
        _connections = Meter.CreateCounter<long>("minilambda.worker.connections", "{connection}", "Streams to the orchestrator; all but the first are reconnects");
        _heartbeats = Meter.CreateCounter<long>("minilambda.worker.sent.heartbeats", "{heartbeat}", "Heartbeats that were sent");
        _cpu = Meter.CreateCounter<double>("minilambda.worker.cpu.time", "s", "CPU time of guests");
        _fetch = Duration("minilambda.worker.fetch.duration", "Fetching module and input, where they had to be fetched");
        _compile = Duration("minilambda.worker.compile.duration", "Compiling the module, where an attempt waited for that");
        _start = Duration("minilambda.worker.start.duration", "Loading, linking and instantiating a guest");
        _run = Duration("minilambda.worker.run.duration", "From a guest's first instruction to its last");
        Meter.CreateObservableUpDownCounter(
            "minilambda.worker.slots.used", () => slots.Count is var count ? (long)(count.All - count.Free) : 0, "{slot}", "Slots in which a guest runs");
        Meter.CreateObservableUpDownCounter("minilambda.worker.slots.limit", () => (long)slots.Count.All, "{slot}", "Slots that there are");
        Meter.CreateObservableUpDownCounter("minilambda.worker.attempts.held", () => (long)attempts.All.Count(), "{attempt}", "Attempts from their lease to the acknowledgement of their end");
        Meter.CreateObservableCounter("minilambda.worker.sandbox.restarts", () => sandbox.HostsLost, "{process}", "Sandbox host processes that ended, or had to be ended, and were replaced");
        Meter.CreateObservableCounter("minilambda.worker.artifact.lookups", () => Lookups(sandbox), "{lookup}", "Looks into the artifact cache, by what came of it");
        Meter.CreateObservableUpDownCounter("minilambda.worker.artifact.size", () => sandbox.ListArtifacts().Sum(static artifact => artifact.Size), "By", "Compiled artifacts on disk");
    }

    public Meter Meter { get; }

    public void Connected() => _connections.Add(1);

    public void Beat() => _heartbeats.Add(1);

    /// <summary>An attempt ended, one way or another.</summary>
    public void Ended(WorkerMessage ending)
    {
        if (!_ended.Enabled)
            return;
        if (ending.Completed is not { } completed)
        {
            _returned.Add(1);
            return;
        }

        _ended.Add(1, Outcomes[completed.Outcome]);
        if (completed.Usage is not { Artifact: not Usage.Types.Artifact.Unspecified } usage)
            return;
        _starts.Add(1, Artifacts[usage.Artifact]);
        _start.Record(usage.Start.ToTimeSpan().TotalSeconds);
        _run.Record(usage.Run.ToTimeSpan().TotalSeconds);
        _cpu.Add(usage.Cpu.ToTimeSpan().TotalSeconds);
        if (usage.Fetch.ToTimeSpan() is var fetch && fetch > TimeSpan.Zero)
            _fetch.Record(fetch.TotalSeconds);
        if (usage.Compile.ToTimeSpan() is var compile && compile > TimeSpan.Zero)
            _compile.Record(compile.TotalSeconds);
    }

    public void Dispose() => Meter.Dispose();

    private Histogram<double> Duration(string name, string description) => Meter.CreateHistogram(name, "s", description, tags: null, Buckets.Durations);

    private static IEnumerable<Measurement<long>> Lookups(SandboxEngine sandbox)
    {
        var (hits, misses) = sandbox.CacheUse;
        yield return new(hits, KeyValuePair.Create("minilambda.result", (object?)"hit"));
        yield return new(misses, KeyValuePair.Create("minilambda.result", (object?)"miss"));
    }

    private static string Word(string name) =>
        string.Concat(name.Select(static (letter, at) => char.IsUpper(letter) && at > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
