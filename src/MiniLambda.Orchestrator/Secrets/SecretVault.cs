using System.Collections.Concurrent;
using System.Text;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Secrets;
using MiniLambda.Trust.Secrets;

namespace MiniLambda.Orchestrator.Secrets;

/// <summary>
/// The secrets of all tenants. They stand in memory as they stand in the store: sealed. One is opened for each lease that needs it, and nowhere else.
/// </summary>
internal sealed partial class SecretVault(ISecretStore store, OrchestratorOptions options, TimeProvider clock, ILogger<SecretVault> logger) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<(string Tenant, string Name), SealedSecret> _secrets = new();
    private readonly SecretKeyFile _file = new(options.Data);
    private readonly SemaphoreSlim _turn = new(1);
    private volatile SecretKeyRing? _keys;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _keys = _file.Read();
        foreach (var secret in await store.ListAsync(cancellationToken))
            _secrets[(secret.Tenant, secret.Name)] = secret;
        if (Lost(_secrets.Values, _keys) is { Count: > 0 } lost)
            LogLost(lost.Count, _file.Path, string.Join(", ", lost.Take(10)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>By name.</summary>
    /// <param name="sees">Whose are told.</param>
    public IReadOnlyList<SealedSecret> List(Func<string, bool> sees) =>
        [.. _secrets.Values.Where(secret => sees(secret.Tenant)).OrderBy(static secret => secret.Name, StringComparer.Ordinal).ThenBy(static secret => secret.Tenant, StringComparer.Ordinal)];

    /// <summary>Whether there is such a secret and its value can be read.</summary>
    public bool Has(string tenant, string name) => _secrets.TryGetValue((tenant, name), out var secret) && Open(secret) is not null;

    /// <summary>The secrets that a function names and that are not there, or cannot be read any more; by name.</summary>
    public IReadOnlyList<string> Missing(FunctionManifest manifest) => manifest.Secrets.Count == 0
        ? []
        : [.. manifest.Secrets.Values.Distinct().Where(name => !Has(manifest.Tenant, name)).Order(StringComparer.Ordinal)];

    /// <summary>The secret that a guest's variable is to hold; null when it is not there or cannot be read any more.</summary>
    public string? Value(string tenant, string name) =>
        _secrets.TryGetValue((tenant, name), out var secret) && Open(secret) is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Keeps a value; null when the tenant has as many secrets as it may.</summary>
    public async Task<SealedSecret?> SetAsync(string tenant, string name, string value, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_secrets.ContainsKey((tenant, name)) && _secrets.Keys.Count(key => key.Tenant == tenant) >= SecretRules.MaxPerTenant)
                return null;
            if (_keys is null)
            {
                var made = SecretKeyRing.Create();
                _file.Write(made);
                _keys = made;
            }

            var sealedValue = _keys.Seal(Encoding.UTF8.GetBytes(value), Place(tenant, name));
            return _secrets[(tenant, name)] = await store.SetAsync(tenant, name, sealedValue, clock.GetUtcNow(), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>False when there is none.</summary>
    public async Task<bool> DeleteAsync(string tenant, string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var isGone = await store.DeleteAsync(tenant, name, CancellationToken.None);
            _secrets.TryRemove((tenant, name), out _);
            return isGone;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Secrets that no key here opens, as <c>name</c> or <c>tenant/name</c>.</summary>
    public static IReadOnlyList<string> Lost(IEnumerable<SealedSecret> secrets, SecretKeyRing? keys) =>
    [
        .. from secret in secrets
           where keys?.Open(secret.Sealed, Place(secret.Tenant, secret.Name)) is null
           select $"{secret.Tenant}/{secret.Name}",
    ];

    /// <summary>What a sealed value is bound to: it opens under no other name, and for no other tenant.</summary>
    public static string Place(string tenant, string name) => $"minilambda secret\n{tenant}\n{name}";

    private byte[]? Open(SealedSecret secret) => _keys?.Open(secret.Sealed, Place(secret.Tenant, secret.Name));

    [LoggerMessage(1117, LogLevel.Warning, "{Count} secrets cannot be opened: {File} is not the key that they were sealed under; set them anew: {Names}")]
    private partial void LogLost(int count, string file, string names);
}
