using System.Collections.Concurrent;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Text;

namespace MiniLambda.Orchestrator.Functions;

/// <summary>What a module is, in names for people.</summary>
/// <param name="Imports">At most <see cref="ModuleOutlines.MaxNames"/>, as <c>module.name</c> for a core module.</param>
/// <param name="Exports">As many at most.</param>
internal sealed record ModuleSummary(ModuleKind Kind, IReadOnlyList<string> Imports, IReadOnlyList<string> Exports);

/// <summary>Reads what modules say of themselves, and remembers it of some.</summary>
internal sealed class ModuleOutlines(IBlobStore blobs) : IDisposable
{
    public const int MaxNames = 1000;

    private const int MaxRemembered = 64;

    private readonly ConcurrentDictionary<BlobDigest, ModuleSummary> _remembered = new();

    // Reading a module's outline occupies a thread, and memory for its largest section.
    private readonly SemaphoreSlim _inspections = new(Environment.ProcessorCount);

    /// <summary>All that a module says of itself; null when it is not there.</summary>
    /// <exception cref="ModuleFormatException">It is no module.</exception>
    public async Task<ModuleFacts?> InspectAsync(BlobDigest module, CancellationToken cancellationToken)
    {
        await _inspections.WaitAsync(cancellationToken);
        try
        {
            await using var stream = blobs.OpenRead(module);
            return stream is null ? null : await Task.Run(() => ModuleInspector.Inspect(stream, cancellationToken), cancellationToken);
        }
        finally
        {
            _inspections.Release();
        }
    }

    /// <summary>The outline of a function's module; null when it is gone, damaged or cannot be read.</summary>
    public async ValueTask<ModuleSummary?> FindAsync(BlobDigest module, CancellationToken cancellationToken)
    {
        if (_remembered.TryGetValue(module, out var known))
            return known;
        try
        {
            if (await InspectAsync(module, cancellationToken) is not { } facts)
                return null;
            if (_remembered.Count >= MaxRemembered)
                _remembered.Clear();
            return _remembered[module] = Summarize(facts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModuleFormatException)
        {
            // What is wrong with the blob, or with the disk, is told to those who need its bytes.
            return null;
        }
    }

    public void Dispose() => _inspections.Dispose();

    private static ModuleSummary Summarize(ModuleFacts facts) => new(
        facts.Kind,
        [.. facts.Imports.Take(MaxNames).Select(static import => Printable.Of(import.Module.Length > 0 ? $"{import.Module}.{import.Name}" : import.Name))],
        [.. facts.Exports.Take(MaxNames).Select(static export => Printable.Of(export.Name))]);
}
