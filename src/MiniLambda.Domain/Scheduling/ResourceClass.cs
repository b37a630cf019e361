using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Domain.Scheduling;

/// <summary>A named amount of a worker that functions may ask for, defined by the cluster's owner.</summary>
public sealed record ResourceClass
{
    [Description("linear memory of an attempt, and the most that a job's own settings may ask for")]
    [Range(ExecutionLimits.MinMemoryBytes, ExecutionLimits.MaxMemoryBytes)]
    public long MemoryBytes { get; set; } = ExecutionLimits.Default.MemoryBytes;

    [Description("slots of a worker that an attempt takes")]
    [Range(1, 1024)]
    public int Slots { get; set; } = 1;

    [Description("timeout of an attempt whose manifest and settings name none")]
    public TimeSpan Timeout { get; set; } = ExecutionLimits.Default.Timeout;

    [Description("longest timeout that a manifest or a job's own settings may ask for")]
    public TimeSpan MaxTimeout { get; set; } = ExecutionLimits.MaxTimeout;
}

/// <summary>The resource classes of a cluster, and what they make of a manifest.</summary>
/// <param name="classes">By name.</param>
public sealed class ResourceClasses(IReadOnlyDictionary<string, ResourceClass> classes)
{
    public static ResourceClasses None { get; } = new(new Dictionary<string, ResourceClass>());

    /// <summary>
    /// The manifest with its class's slots, and the class's memory and timeout where it leaves the default. A class that is defined no more gives
    /// nothing: jobs that were accepted under it still run.
    /// </summary>
    public FunctionManifest Apply(FunctionManifest manifest)
    {
        if (manifest.ResourceClass.Length == 0 || !classes.TryGetValue(manifest.ResourceClass, out var given))
            return manifest;
        var (limits, usual) = (manifest.Limits, ExecutionLimits.Default);
        return manifest with
        {
            Slots = given.Slots,
            Limits = limits with
            {
                MemoryBytes = limits.MemoryBytes == usual.MemoryBytes ? given.MemoryBytes : limits.MemoryBytes,
                Timeout = limits.Timeout == usual.Timeout ? given.Timeout : limits.Timeout,
            },
        };
    }

    /// <summary>What of a manifest, as <see cref="Apply"/> leaves it, its class does not allow; a line each.</summary>
    public IEnumerable<string> Problems(FunctionManifest manifest)
    {
        if (manifest.ResourceClass.Length == 0)
            yield break;
        if (!classes.TryGetValue(manifest.ResourceClass, out var given))
        {
            var known = classes.Count == 0 ? "it defines none" : $"there are {string.Join(", ", classes.Keys.Order(StringComparer.Ordinal))}";
            yield return $"resource class '{manifest.ResourceClass}' is not defined by this cluster; {known}";
            yield break;
        }

        var limits = Apply(manifest).Limits;
        if (limits.MemoryBytes > given.MemoryBytes)
            yield return $"memory is {ByteSize.FormatExact(limits.MemoryBytes)}; resource class '{manifest.ResourceClass}' has {ByteSize.FormatExact(given.MemoryBytes)}";
        if (limits.Timeout > given.MaxTimeout)
            yield return $"timeout is {DurationText.Format(limits.Timeout)}; resource class '{manifest.ResourceClass}' allows {DurationText.Format(given.MaxTimeout)}";
    }
}
