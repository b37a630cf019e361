using System.Collections.Concurrent;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>The attribute that tells tenants apart. Bounded: those that come after the first <see cref="MaxTenants"/> are measured together.</summary>
internal sealed class TenantLabels
{
    public const int MaxTenants = 50;

    public const string Others = "other";

    public const string Key = "minilambda.tenant";

    private static readonly KeyValuePair<string, object?> Rest = KeyValuePair.Create(Key, (object?)Others);

    private readonly ConcurrentDictionary<string, KeyValuePair<string, object?>> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private volatile bool _isFull;

    public KeyValuePair<string, object?> Of(string tenant) => _known.TryGetValue(tenant, out var tag) ? tag : _isFull ? Rest : Add(tenant);

    private KeyValuePair<string, object?> Add(string tenant)
    {
        lock (_gate)
        {
            // Those of the rest are not kept: there may be any number of them.
            var isFull = _known.Count >= MaxTenants;
            var tag = isFull ? Rest : _known.GetOrAdd(tenant, static name => KeyValuePair.Create(Key, (object?)name));
            _isFull = isFull;
            return tag;
        }
    }
}
