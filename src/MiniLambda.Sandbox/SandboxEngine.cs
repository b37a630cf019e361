using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Engines;
using MiniLambda.Sandbox.Execution;
using Wasmtime;

namespace MiniLambda.Sandbox;

/// <summary>Compiles modules, keeps what was compiled, and runs guests within their limits. Safe to use from many threads.</summary>
public sealed partial class SandboxEngine : IDisposable
{
    private readonly ConcurrentDictionary<(BlobDigest, bool), Lazy<Task<LoadedModule>>> _loading = new();
    private readonly EpochTicker _ticker = new();
    private readonly ArtifactCache _artifacts;
    private readonly LoadedModules _loaded;
    private readonly Lazy<EngineVariant> _plain;
    private readonly Lazy<EngineVariant> _metered;
    private readonly TimeProvider _clock;
    private readonly ILogger<SandboxEngine> _logger;

    /// <exception cref="IOException">The artifact folder cannot be used.</exception>
    public SandboxEngine(SandboxOptions options, TimeProvider clock, ILogger<SandboxEngine> logger)
    {
        _clock = clock;
        _logger = logger;
        Fingerprint = EngineFingerprint.Compute();
        _artifacts = new ArtifactCache(options.ArtifactFolder, Fingerprint, options.ArtifactCacheBytes, clock, logger);
        _loaded = new LoadedModules(options.LoadedModules);
        _plain = new Lazy<EngineVariant>(() => CreateEngine(metered: false, options.MaxConcurrency));
        _metered = new Lazy<EngineVariant>(() => CreateEngine(metered: true, options.MaxConcurrency));
    }

    /// <summary>Names the engine that artifacts are compiled for: Wasmtime's version, target, CPU features, configuration.</summary>
    public string Fingerprint { get; }

    /// <summary>
    /// Makes a module ready to run: from memory, else from the artifact on disk, else by compiling it. Several callers at once share one compile.
    /// </summary>
    /// <param name="metered">Whether it will be run with a fuel limit.</param>
    /// <param name="modulePath">Asked for the file with the module's bytes when they are needed.</param>
    /// <exception cref="BadModuleException">The bytes are no module that can run here.</exception>
    /// <exception cref="IOException">The bytes cannot be read, or are not those of the digest.</exception>
    public ValueTask<LoadedModule> LoadAsync(
        BlobDigest digest, bool metered, Func<CancellationToken, ValueTask<string>> modulePath, CancellationToken cancellationToken)
    {
        if (_loaded.Find(digest, metered) is { } loaded)
        {
            _artifacts.Touch(digest, metered);
            return ValueTask.FromResult(loaded);
        }

        return new ValueTask<LoadedModule>(LoadSharedAsync(digest, metered, modulePath, cancellationToken));
    }

    /// <summary>Runs a guest to its end on the calling thread.</summary>
    /// <param name="cancellationToken">Stops the guest within a few milliseconds.</param>
    public ExecutionResult Run(LoadedModule module, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken)
    {
        _ticker.Enter();
        try
        {
            return GuestRunner.Run(module, request, output, _clock, cancellationToken);
        }
        finally
        {
            _ticker.Leave();
        }
    }

    /// <summary>Runs a tiny guest once, so that the first real one does not pay for the start of engine and runtime.</summary>
    public void WarmUp()
    {
        var engine = _plain.Value;
        using var module = Module.FromBytes(engine.Engine, "warm-up", Module.ConvertText(
            """
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 0) "\08\00\00\00\01\00\00\00 ")
              (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))
            """));
        var loaded = new LoadedModule(default, module, engine, ArtifactSource.Memory, TimeSpan.Zero, TimeSpan.Zero);
        Run(loaded, new ExecutionRequest { ProgramName = "warm-up", Stdin = new byte[1] }, new NullOutput(), CancellationToken.None);
    }

    /// <summary>What the artifact cache holds.</summary>
    public IReadOnlyList<ArtifactInfo> ListArtifacts() => _artifacts.List();

    /// <inheritdoc/>
    public void Dispose()
    {
        // The engines are left to their finalizers: a guest that is still unwinding may stand on them.
        _ticker.Dispose();
        _artifacts.Dispose();
    }

    private async Task<LoadedModule> LoadSharedAsync(
        BlobDigest digest, bool metered, Func<CancellationToken, ValueTask<string>> modulePath, CancellationToken cancellationToken)
    {
        // The load belongs to everybody who waits for it, so no one of them can cancel it.
        var created = new Lazy<Task<LoadedModule>>(() => Task.Run(async () =>
        {
            try
            {
                // Another load may have ended between the look into memory and now.
                return _loaded.Find(digest, metered) ?? await LoadColdAsync(digest, metered, modulePath);
            }
            finally
            {
                _loading.TryRemove((digest, metered), out _);
            }
        }));
        var load = _loading.GetOrAdd((digest, metered), created);
        var loaded = await load.Value.WaitAsync(cancellationToken);
        return load == created ? loaded : loaded.FromMemory();
    }

    private async Task<LoadedModule> LoadColdAsync(
        BlobDigest digest, bool metered, Func<CancellationToken, ValueTask<string>> modulePath)
    {
        var engine = metered ? _metered.Value : _plain.Value;
        var start = _clock.GetTimestamp();
        if (_artifacts.TryLoad(engine.Engine, digest, metered) is { } artifact)
        {
            var found = new LoadedModule(digest, artifact, engine, ArtifactSource.Disk, TimeSpan.Zero, _clock.GetElapsedTime(start));
            _loaded.Add(found, metered);
            return found;
        }

        var bytes = await File.ReadAllBytesAsync(await modulePath(CancellationToken.None));
        if (BlobDigest.Of(bytes) != digest)
            throw new IOException($"the bytes of module {digest.Short} do not match its digest");
        start = _clock.GetTimestamp();
        var module = Compile(engine, digest, bytes);
        var compiled = new LoadedModule(digest, module, engine, ArtifactSource.Compiled, _clock.GetElapsedTime(start), TimeSpan.Zero);
        _artifacts.Store(module, digest, metered, compiled.CompileTime);
        _loaded.Add(compiled, metered);
        LogCompiled(digest.Short, bytes.Length, compiled.CompileTime.TotalMilliseconds);
        return compiled;
    }

    private static Module Compile(EngineVariant engine, BlobDigest digest, byte[] bytes)
    {
        try
        {
            return Module.FromBytes(engine.Engine, digest.Short, bytes);
        }
        catch (WasmtimeException e)
        {
            throw new BadModuleException($"the module cannot be compiled: {GuestRunner.OneLine(e.Message)}");
        }
    }

    private EngineVariant CreateEngine(bool metered, int concurrency)
    {
        var engine = EngineVariant.Create(metered, concurrency);
        if (!engine.IsPooled)
            LogNoPool();
        _ticker.Add(engine.Engine);
        return engine;
    }

    [LoggerMessage(4001, LogLevel.Information, "module {Module} ({Size} bytes) compiled in {Milliseconds:0} ms")]
    private partial void LogCompiled(string module, int size, double milliseconds);

    [LoggerMessage(4002, LogLevel.Warning, "there is too little address space for the instance pool: guests start a little slower")]
    private partial void LogNoPool();

    private sealed class NullOutput : IGuestOutput
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
