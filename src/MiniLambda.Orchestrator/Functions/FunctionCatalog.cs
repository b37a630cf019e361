using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Orchestrator.Functions;

/// <summary>The registry's rules: what may be pushed, and which version a caller means.</summary>
internal sealed class FunctionCatalog(IFunctionStore store, IBlobStore blobs, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _push = new(1, 1);

    /// <summary>The version that a caller means; null when there is none (any more).</summary>
    public ValueTask<FunctionVersion?> FindAsync(FunctionReference reference, CancellationToken cancellationToken) =>
        store.FindAsync(reference, cancellationToken);

    /// <summary>The version that an accepted job runs, also when it was deleted since.</summary>
    /// <exception cref="InvalidOperationException">The store lost it.</exception>
    public async ValueTask<FunctionVersion> GetForJobAsync(FunctionName name, int version, CancellationToken cancellationToken) =>
        await store.FindForJobAsync(name, version, cancellationToken)
            ?? throw new InvalidOperationException($"function {name}@{version} is named by a job but not in the store");

    /// <summary>Makes a version of an uploaded module, or says everything that is wrong with it and removes the module again.</summary>
    public async Task<PushOutcome> PushAsync(string manifestToml, BlobDigest module, CancellationToken cancellationToken)
    {
        var reading = ManifestToml.Read(manifestToml, "minilambda.toml");
        if (reading.Manifest is not { } manifest)
            return PushOutcome.Refused("MANIFEST_INVALID", string.Join('\n', reading.Errors));

        // One push at a time: a refused module is removed only while no other push can be about to name it.
        await _push.WaitAsync(cancellationToken);
        try
        {
            if (blobs.FindSize(module) is not { } size)
                return PushOutcome.Refused("MODULE_NOT_UPLOADED", $"module {module.Short} was not uploaded");
            if (await ProblemAsync(module, manifest.Entry) is { } problem)
            {
                if (!await store.IsModuleNamedAsync(module, cancellationToken))
                    blobs.Delete(module);
                return PushOutcome.Refused("MODULE_INVALID", $"module of '{manifest.Name}' {problem}");
            }

            var (function, created) = await store.PushAsync(manifest, manifestToml, module, size, clock.GetUtcNow(), cancellationToken);
            return new PushOutcome(function, created, "", "");
        }
        finally
        {
            _push.Release();
        }
    }

    public void Dispose() => _push.Dispose();

    private async Task<string?> ProblemAsync(BlobDigest module, string entry)
    {
        var stream = blobs.OpenRead(module);
        if (stream is null)
            return "is gone";
        await using (stream)
        {
            try
            {
                var problems = ModuleRules.Problems(ModuleInspector.Inspect(stream), entry);
                return problems.Count == 0 ? null : string.Join("; ", problems);
            }
            catch (ModuleFormatException e)
            {
                return e.Message;
            }
        }
    }
}

/// <summary>What became of a push.</summary>
/// <param name="Reason">Machine-readable, when <paramref name="Function"/> is null.</param>
/// <param name="Message">For people, when <paramref name="Function"/> is null.</param>
internal sealed record PushOutcome(FunctionVersion? Function, bool Created, string Reason, string Message)
{
    public static PushOutcome Refused(string reason, string message) => new(null, false, reason, message);
}
