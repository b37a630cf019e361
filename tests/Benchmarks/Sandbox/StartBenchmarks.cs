using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox;
using MiniLambda.Sandbox.Floor;

namespace MiniLambda.Benchmarks.Sandbox;

/// <summary>Starting and running <c>hello</c>, beside Wasmtime alone. Cold: its artifact lies on disk, and nothing of it is in the process.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class StartBenchmarks : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-bench-");
    private readonly string _path = Path.Combine(AppContext.BaseDirectory, "hello.wasm");
    private readonly NoOutput _output = new();
    private readonly ExecutionRequest _request = new() { ProgramName = "hello", Limits = new ExecutionLimits { Timeout = TimeSpan.FromSeconds(10) } };
    private BareLoop _bare = null!;
    private SandboxEngine _warm = null!;
    private SandboxEngine _cold = null!;
    private PreparedModule _loaded = null!;
    private BlobDigest _digest;

    [Params(Isolation.Thread, Isolation.Process)]
    public Isolation Isolation { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        var module = await File.ReadAllBytesAsync(_path);
        _digest = BlobDigest.Of(module);
        _bare = new BareLoop(module, _folder.FullName);
        _warm = Create("warm", loadedModules: 1);
        _cold = Create("cold", loadedModules: 0);
        _loaded = await LoadAsync(_warm);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _warm.Dispose();
        _cold.Dispose();
        _bare.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("cold")]
    public IReadOnlyList<TimeSpan> BareCold() => _bare.Cold(1);

    [Benchmark]
    [BenchmarkCategory("cold")]
    public async Task<ExecutionResult> Cold() => _cold.Run(await LoadAsync(_cold), _request, _output, CancellationToken.None);

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("warm")]
    public IReadOnlyList<TimeSpan> BareWarm() => _bare.Warm(1);

    [Benchmark]
    [BenchmarkCategory("warm")]
    public ExecutionResult Warm() => _warm.Run(_loaded, _request, _output, CancellationToken.None);

    private SandboxEngine Create(string name, int loadedModules) => new(
        new SandboxOptions
        {
            ArtifactFolder = Path.Combine(_folder.FullName, name),
            LoadedModules = loadedModules,
            MaxConcurrency = 1,
            Isolation = Isolation,
        },
        TimeProvider.System, NullLogger<SandboxEngine>.Instance);

    private ValueTask<PreparedModule> LoadAsync(SandboxEngine sandbox) =>
        sandbox.PrepareAsync(_digest, metered: false, _ => ValueTask.FromResult(_path), CancellationToken.None);

    private sealed class NoOutput : IGuestOutput
    {
        public void Started()
        {
        }

        public void Stdout(ReadOnlySpan<byte> data)
        {
        }

        public void Stderr(ReadOnlySpan<byte> data)
        {
        }
    }
}
