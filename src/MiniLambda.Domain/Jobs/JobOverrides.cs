using System.Text;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Jobs;

/// <summary>What one job runs differently from its function's manifest; null leaves the manifest's value.</summary>
public sealed record JobOverrides
{
    private const int MaxLabels = 64;

    /// <summary>Bytes of an entry's name, or of a label with its value.</summary>
    private const int MaxTextBytes = 1024;

    /// <summary>Replaces the manifest's arguments.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Added to the manifest's environment, winning over equal keys.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    public string? Entry { get; init; }

    public long? MemoryBytes { get; init; }

    public TimeSpan? Timeout { get; init; }

    public long? Fuel { get; init; }

    public long? OutputBytes { get; init; }

    public bool? Network { get; init; }

    /// <summary>Further labels that a worker must bear.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public static JobOverrides None { get; } = new();

    /// <summary>Whether nothing is changed, so that nothing need be stored.</summary>
    public bool IsEmpty => this is
    {
        Args: null, Env: null, Entry: null, MemoryBytes: null, Timeout: null, Fuel: null, OutputBytes: null, Network: null, Labels: null,
    };

    /// <summary>The manifest with these settings laid over it.</summary>
    public FunctionManifest ApplyTo(FunctionManifest manifest)
    {
        if (IsEmpty)
            return manifest;
        return manifest with
        {
            Args = Args ?? manifest.Args,
            Env = Merge(manifest.Env, Env),
            Entry = Entry ?? manifest.Entry,
            Limits = manifest.Limits with
            {
                MemoryBytes = MemoryBytes ?? manifest.Limits.MemoryBytes,
                Timeout = Timeout ?? manifest.Limits.Timeout,
                Fuel = Fuel ?? manifest.Limits.Fuel,
                OutputBytes = OutputBytes ?? manifest.Limits.OutputBytes,
            },
            Capabilities = manifest.Capabilities with { Network = Network ?? manifest.Capabilities.Network },
            Placement = manifest.Placement with { Labels = Merge(manifest.Placement.Labels, Labels) },
        };
    }

    /// <summary>What is wrong with a function under these settings, a line each.</summary>
    public IEnumerable<string> Problems(FunctionManifest manifest)
    {
        if (IsEmpty)
            yield break;
        var merged = ApplyTo(manifest);
        foreach (var problem in merged.Limits.Problems().Concat(merged.ArgumentProblems().Select(static problem => problem.Message)))
            yield return problem;
        if (Encoding.UTF8.GetByteCount(Entry ?? "") > MaxTextBytes)
            yield return $"the name of the entry is over {MaxTextBytes} bytes long";
        if (Labels?.Count > MaxLabels)
            yield return $"there are {Labels.Count} labels; at most {MaxLabels} can be asked for";
        if (Labels?.Any(static label => Encoding.UTF8.GetByteCount(label.Key) + Encoding.UTF8.GetByteCount(label.Value) > MaxTextBytes) == true)
            yield return $"a label is over {MaxTextBytes} bytes long";
    }

    private static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> under, IReadOnlyDictionary<string, string>? over)
    {
        if (over is null || over.Count == 0)
            return under;
        var merged = new Dictionary<string, string>(under);
        foreach (var (key, value) in over)
            merged[key] = value;
        return merged;
    }
}
