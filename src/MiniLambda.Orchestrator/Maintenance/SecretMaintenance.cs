using MiniLambda.Orchestrator.Secrets;
using MiniLambda.Storage;
using MiniLambda.Storage.Sqlite;
using MiniLambda.Trust.Secrets;

namespace MiniLambda.Orchestrator.Maintenance;

/// <summary>What is done with the secrets of a data folder while no orchestrator uses it.</summary>
public static class SecretMaintenance
{
    /// <summary>Makes a new key and seals all secrets under it. Broken off at any moment, it leaves a key file that opens what is in the store.</summary>
    /// <returns>0; 1 when there are secrets that no key opens, which stay as they are.</returns>
    /// <exception cref="IOException">The data folder is in use, or the disk refuses.</exception>
    public static async Task<int> RotateAsync(string data, TextWriter output, TextWriter error, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        await using var database = Open(data, loggers);
        var store = new SqliteSecretStore(database);
        var file = new SecretKeyFile(data);
        var old = file.Read();
        var keys = old?.WithNewKey() ?? SecretKeyRing.Create();
        var secrets = await store.ListAsync(cancellationToken);
        var lost = SecretVault.Lost(secrets, keys);
        file.Write(keys);
        await store.ResealAsync(
            [
                .. from secret in secrets
                   let place = SecretVault.Place(secret.Tenant, secret.Name)
                   let value = keys.Open(secret.Sealed, place)
                   where value is not null
                   select secret with { Sealed = keys.Seal(value, place) },
            ],
            cancellationToken);
        file.Write(keys.WithoutOldKeys());
        await output.WriteLineAsync($"{StoreMaintenance.Count(secrets.Count - lost.Count, "secret")} sealed under key {keys.KeyId}, which is in {file.Path}");
        foreach (var name in lost)
            await error.WriteLineAsync($"secret {name} could not be opened: set it anew");
        return lost.Count == 0 ? 0 : 1;
    }

    /// <summary>The secrets that the key file of a data folder does not open.</summary>
    internal static async Task<IReadOnlyList<string>> LostAsync(string data, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        await using var database = Open(data, loggers);
        var secrets = await new SqliteSecretStore(database).ListAsync(cancellationToken);
        return secrets.Count == 0 ? [] : SecretVault.Lost(secrets, new SecretKeyFile(data).Read());
    }

    private static SqliteDatabase Open(string data, ILoggerFactory loggers)
    {
        var path = new StoreFolder(data).Database;
        return File.Exists(path)
            ? SqliteDatabase.Open(path, loggers.CreateLogger<SqliteDatabase>())
            : throw new IOException($"there is no store in '{data}': '{path}' does not exist");
    }
}
