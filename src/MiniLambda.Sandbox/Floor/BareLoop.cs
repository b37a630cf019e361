using System.Diagnostics;
using Wasmtime;

namespace MiniLambda.Sandbox.Floor;

/// <summary>
/// The least that running a module can cost here: Wasmtime alone, without limits, queue or record. Benchmarks set MiniLambda beside it.
/// </summary>
public sealed class BareLoop : IDisposable
{
    private readonly Engine _engine;
    private readonly Linker _linker;
    private readonly Module _module;
    private readonly string _artifact;

    /// <param name="module">The bytes of a WASI command.</param>
    /// <param name="folder">Gets the compiled artifact.</param>
    public BareLoop(byte[] module, string folder)
    {
        _engine = new Engine(new Config().WithPoolingAllocationStrategy(new PoolingAllocationConfig().WithLinearMemoryKeepResidentBytes(256 << 10)));
        _linker = CreateLinker();
        _module = Module.FromBytes(_engine, "bare", module);
        _artifact = Path.Combine(folder, "bare.cwasm");
        File.WriteAllBytes(_artifact, _module.Serialize());
        RunOnce(_linker, _module);
    }

    /// <summary>Load the artifact, link, instantiate, run: the time of each round.</summary>
    public IReadOnlyList<TimeSpan> Cold(int rounds) => Repeat(rounds, () =>
    {
        using var module = Module.DeserializeFile(_engine, "bare", _artifact);
        using var linker = CreateLinker();
        RunOnce(linker, module);
    });

    /// <summary>Instantiate and run with module and linker at hand: the time of each round.</summary>
    public IReadOnlyList<TimeSpan> Warm(int rounds) => Repeat(rounds, () => RunOnce(_linker, _module));

    /// <summary>Rounds a second of so many threads that do nothing else.</summary>
    public double WarmRate(int threads, TimeSpan duration)
    {
        var rounds = 0L;
        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            while (watch.Elapsed < duration)
            {
                RunOnce(_linker, _module);
                Interlocked.Increment(ref rounds);
            }
        })).ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        return rounds / watch.Elapsed.TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _module.Dispose();
        _linker.Dispose();
        _engine.Dispose();
    }

    private Linker CreateLinker()
    {
        var linker = new Linker(_engine);
        linker.DefineWasi();
        return linker;
    }

    private void RunOnce(Linker linker, Module module)
    {
        using var store = new Store(_engine);
        store.SetWasiConfiguration(new WasiConfiguration().WithStandardOutputCallback(static _ => { }));
        linker.Instantiate(store, module).GetAction("_start")!();
    }

    private static List<TimeSpan> Repeat(int rounds, Action round)
    {
        var times = new List<TimeSpan>(rounds);
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            round();
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        return times;
    }
}
