using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Engines;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>
/// Wasmtime in this process: engines, the modules that are loaded into them, and running guests. It works in a sandbox host, or in the daemon itself
/// when isolation is by thread.
/// </summary>
internal sealed class GuestRuntime : IDisposable
{
    private readonly EpochTicker _ticker = new();
    private readonly LoadedModules _loaded;
    private readonly VerifiedFiles _verified;
    private readonly Lazy<EngineVariant> _plain;
    private readonly Lazy<EngineVariant> _metered;
    private readonly TimeProvider _clock;

    /// <param name="concurrency">Guests that run at once.</param>
    /// <param name="loadedModules">Compiled modules kept loaded.</param>
    public GuestRuntime(int concurrency, int loadedModules, TimeProvider clock)
    {
        _clock = clock;
        _loaded = new LoadedModules(loadedModules);
        _verified = new VerifiedFiles(clock);
        _plain = new Lazy<EngineVariant>(() => CreateEngine(metered: false, concurrency));
        _metered = new Lazy<EngineVariant>(() => CreateEngine(metered: true, concurrency));
    }

    /// <summary>Whether instances come from a reserved pool; false where there is too little address space for one.</summary>
    public bool IsPooled => _plain.Value.IsPooled;

    /// <summary>Runs a guest to its end on the calling thread.</summary>
    /// <param name="cancellationToken">Stops the guest within a few milliseconds.</param>
    /// <exception cref="ArtifactDamagedException">The artifact is not what was written.</exception>
    public ExecutionResult Run(ArtifactFile artifact, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        var source = ArtifactSource.Memory;
        if (_loaded.Rent(artifact.Module, artifact.IsMetered) is not { } loaded)
        {
            var engine = artifact.IsMetered ? _metered.Value : _plain.Value;
            loaded = artifact.Load(engine, _verified);
            _loaded.Add(artifact.Module, artifact.IsMetered, loaded);
            source = ArtifactSource.Disk;
        }

        var load = _clock.GetElapsedTime(begun);
        ExecutionResult result;
        try
        {
            result = Run(loaded, request, output, cancellationToken);
        }
        finally
        {
            _loaded.Return(loaded);
        }

        return result with { Usage = result.Usage with { Start = result.Usage.Start + load, Artifact = source } };
    }

    /// <summary>Compiles a module, writes its artifact, and tells what it is.</summary>
    /// <exception cref="BadModuleException">The bytes are no module that can run here.</exception>
    /// <exception cref="IOException">The bytes cannot be read, are not those of the digest, or the artifact cannot be written.</exception>
    public GuestShape Compile(string modulePath, BlobDigest digest, bool metered, string outputPath)
    {
        var bytes = File.ReadAllBytes(modulePath);
        if (BlobDigest.Of(bytes) != digest)
            throw new IOException($"the bytes of module {digest.Short} do not match its digest");
        try
        {
            var shape = GuestShape.Of(ModuleInspector.Inspect(new MemoryStream(bytes, writable: false)));
            using var module = LoadedModule.Compile((metered ? _metered : _plain).Value, digest.Short, bytes, shape);
            File.WriteAllBytes(outputPath, module.Serialize());
            return shape;
        }
        catch (ModuleFormatException e)
        {
            throw new BadModuleException($"the module cannot be compiled: it {e.Message}");
        }
        catch (WasmtimeException e)
        {
            throw new BadModuleException($"the module cannot be compiled: {GuestRunner.OneLine(e.Message)}");
        }
    }

    /// <summary>Runs a tiny guest once, so that the first real one does not pay for the start of engine and runtime.</summary>
    public void WarmUp()
    {
        using var module = LoadedModule.Compile(_plain.Value, "warm-up", Module.ConvertText(
            """
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 0) "\08\00\00\00\01\00\00\00 ")
              (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))
            """), new GuestShape(ModuleKind.Core, Memories: 1, MemoryBytes: 64 << 10));
        Run(module, new ExecutionRequest { ProgramName = "warm-up", Stdin = new byte[1] }, new NullOutput(), CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose() => _ticker.Dispose(); // The engines are left to their finalizers: a guest that is still unwinding may stand on them.

    private ExecutionResult Run(LoadedModule module, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken)
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

    private EngineVariant CreateEngine(bool metered, int concurrency)
    {
        var engine = EngineVariant.Create(metered, concurrency);
        _ticker.Add(engine.Engine);
        return engine;
    }

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
