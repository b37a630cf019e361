using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Compilation;
using MiniLambda.Sandbox.Engines;
using MiniLambda.Sandbox.Execution;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Sandbox.Scratch;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox;

/// <summary>Compiles modules, keeps what was compiled, and runs guests within their limits. Safe to use from many threads.</summary>
public sealed partial class SandboxEngine : IDisposable
{
    private readonly ConcurrentDictionary<(BlobDigest, bool), Lazy<Task<PreparedModule>>> _compiling = new();
    private readonly ArtifactCache _artifacts;
    private readonly ModuleCompiler _compiler;
    private readonly IGuestRunner _guests;
    private readonly HostSpawner? _spawner;
    private readonly Lazy<HostPool>? _networked;
    private readonly SandboxOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<SandboxEngine> _logger;
    private long _hits;
    private long _misses;

    /// <exception cref="IOException">The artifact folder cannot be used.</exception>
    public SandboxEngine(SandboxOptions options, TimeProvider clock, ILogger<SandboxEngine> logger)
    {
        _logger = logger;
        _options = options;
        _clock = clock;
        Fingerprint = EngineFingerprint.Compute();
        _artifacts = new ArtifactCache(options.ArtifactFolder, Fingerprint, options.ArtifactCacheBytes, clock, logger);
        _compiler = new ModuleCompiler(options.Host, options.Compile, clock, logger);
        if (options.Isolation == Isolation.Thread)
        {
            var runner = new ThreadRunner(options.MaxConcurrency, options.LoadedModules, clock);
            runner.WarmUp();
            _guests = runner;
        }
        else
        {
            _spawner = new HostSpawner(options.Host, logger);
            _networked = new Lazy<HostPool>(() => new HostPool(_spawner, options.MaxConcurrency, options.LoadedModules, network: true, logger));
            var pool = new HostPool(_spawner, options.MaxConcurrency, options.LoadedModules, network: false, logger);
            pool.Fill();
            _guests = pool;
        }
    }

    /// <summary>Names the engine that artifacts are compiled for: Wasmtime's version, target, CPU features, configuration.</summary>
    public string Fingerprint { get; }

    /// <summary>Completes when guests can be run.</summary>
    /// <exception cref="IOException">Sandbox hosts cannot be started.</exception>
    public Task Ready => (_guests as HostPool)?.Ready ?? Task.CompletedTask;

    /// <summary>What is in force of the walls around guests; empty until the first sandbox host is ready, and without hosts.</summary>
    public IReadOnlyList<Wall> Walls => (_guests as HostPool)?.Walls ?? [];

    /// <summary>
    /// Makes a module ready to run: finds its artifact, else compiles it. Several callers at once share one compile.
    /// </summary>
    /// <param name="metered">Whether it will be run with a fuel limit.</param>
    /// <param name="modulePath">Asked for the file with the module's bytes when they are needed.</param>
    /// <param name="background">Nobody waits for it yet: compiling gives way to all else.</param>
    /// <exception cref="BadModuleException">The bytes are no module that can run here.</exception>
    /// <exception cref="IOException">The bytes cannot be read or are not those of the digest, or the artifact cannot be written.</exception>
    public ValueTask<PreparedModule> PrepareAsync(
        BlobDigest digest, bool metered, Func<CancellationToken, ValueTask<string>> modulePath, CancellationToken cancellationToken,
        bool background = false)
    {
        if (_artifacts.Find(digest, metered) is { } artifact)
        {
            if (!background)
                Interlocked.Increment(ref _hits);
            return ValueTask.FromResult(new PreparedModule(artifact, null));
        }

        if (!background)
            Interlocked.Increment(ref _misses);
        return new ValueTask<PreparedModule>(CompileSharedAsync(digest, metered, modulePath, background, cancellationToken));
    }

    /// <summary>Runs a guest to its end; the calling thread waits.</summary>
    /// <param name="cancellationToken">Stops the guest within a fraction of a second.</param>
    /// <exception cref="ArtifactDamagedException">The artifact is not what was written: prepare the module again.</exception>
    /// <exception cref="IOException">There is no place to run it.</exception>
    public ExecutionResult Run(PreparedModule module, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken)
    {
        // Whoever asks has mostly looked already; no guest is begun with what cannot be passed on as it is.
        if (FunctionManifest.ArgumentProblems(request.Args, request.Env).Select(p => p.Message).FirstOrDefault() is { } problem)
            return new ExecutionResult { Outcome = AttemptOutcome.BadModule, Message = $"the function cannot be started: {problem}" };
        try
        {
            var result = request.Capabilities.ScratchBytes is { } scratch
                ? RunWithScratch(module.Artifact, request, scratch, output, cancellationToken)
                : Guests(request).Run(module.Artifact, request, output, cancellationToken);
            if (module.CompileTime is not { } compile)
                return result;
            return result with { Usage = result.Usage with { Artifact = ArtifactSource.Compiled, Compile = compile } };
        }
        catch (ArtifactDamagedException e)
        {
            _artifacts.Discard(module.Artifact, e.Message);
            throw;
        }
    }

    /// <summary>What the artifact cache holds.</summary>
    public IReadOnlyList<ArtifactInfo> ListArtifacts() => _artifacts.List();

    /// <summary>How often a module was found compiled, and how often it was not, since this sandbox was made.</summary>
    public (long Hits, long Misses) CacheUse => (Interlocked.Read(ref _hits), Interlocked.Read(ref _misses));

    /// <summary>How many sandbox hosts ended, or had to be ended, and were replaced, since this sandbox was made.</summary>
    public long HostsLost => ((_guests as HostPool)?.Lost ?? 0) + (_networked is { IsValueCreated: true } pool ? pool.Value.Lost : 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _guests.Dispose();
        if (_networked is { IsValueCreated: true })
            _networked.Value.Dispose();
        _spawner?.Dispose();
        _artifacts.Dispose();
    }

    private ExecutionResult RunWithScratch(
        ArtifactFile artifact, ExecutionRequest request, long scratchBytes, IGuestOutput output, CancellationToken cancellationToken)
    {
        using var scratch = new ScratchFolder(_options.ScratchFolder ?? Path.GetTempPath(), scratchBytes, cancellationToken);
        return scratch.Judge(Guests(request).Run(artifact, request with { Directories = [.. request.Directories, scratch.Grant] }, output, scratch.Stop));
    }

    // Guests with the network have hosts of their own: the others' cannot reach it.
    private IGuestRunner Guests(ExecutionRequest request) => request.Capabilities.Network && _spawner is not null ? _networked!.Value : _guests;

    private async Task<PreparedModule> CompileSharedAsync(
        BlobDigest digest, bool metered, Func<CancellationToken, ValueTask<string>> modulePath, bool background, CancellationToken cancellationToken)
    {
        // The compile belongs to everybody who waits for it, so no one of them can cancel it.
        var created = new Lazy<Task<PreparedModule>>(() => Task.Run(async () =>
        {
            try
            {
                // Another one may have ended between the look into the cache and now.
                return _artifacts.Find(digest, metered) is { } artifact
                    ? new PreparedModule(artifact, null)
                    : await CompileAsync(digest, metered, modulePath, background);
            }
            finally
            {
                _compiling.TryRemove((digest, metered), out _);
            }
        }));
        var shared = _compiling.GetOrAdd((digest, metered), created);
        var begun = _clock.GetTimestamp();
        var prepared = await shared.Value.WaitAsync(cancellationToken);
        // Who came later waited for the rest of it only.
        return shared == created || prepared.CompileTime is null ? prepared : prepared with { CompileTime = _clock.GetElapsedTime(begun) };
    }

    private async Task<PreparedModule> CompileAsync(
        BlobDigest digest, bool metered, Func<CancellationToken, ValueTask<string>> modulePath, bool background)
    {
        // A host works in a folder of its own.
        var path = Path.GetFullPath(await modulePath(CancellationToken.None));
        var draft = _artifacts.NewDraft();
        try
        {
            var (shape, time) = await _compiler.CompileAsync(path, digest, metered, draft, background, CancellationToken.None);
            LogCompiled(digest.Short, time.TotalMilliseconds);
            return new PreparedModule(_artifacts.Add(draft, digest, metered, shape, time), time);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    [LoggerMessage(4001, LogLevel.Information, "module {Module} compiled in {Milliseconds:0} ms")]
    private partial void LogCompiled(string module, double milliseconds);
}
