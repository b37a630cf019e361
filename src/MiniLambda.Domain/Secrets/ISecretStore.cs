namespace MiniLambda.Domain.Secrets;

/// <summary>A secret as it is kept: nobody can read its value from it.</summary>
/// <param name="Sealed">The value, encrypted.</param>
public sealed record SealedSecret(string Tenant, string Name, byte[] Sealed, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>Sealed secrets. Every method may throw <see cref="IOException"/> when the disk fails; a task that writes completes when the change is on disk.</summary>
public interface ISecretStore
{
    /// <summary>All of them, by tenant and name.</summary>
    ValueTask<IReadOnlyList<SealedSecret>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a value under a name; one that stands there is replaced. Returns what stands then.</summary>
    Task<SealedSecret> SetAsync(string tenant, string name, byte[] sealedValue, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Replaces values in one step, without changing when they were set.</summary>
    Task ResealAsync(IReadOnlyList<SealedSecret> secrets, CancellationToken cancellationToken);

    /// <summary>False when there was none.</summary>
    Task<bool> DeleteAsync(string tenant, string name, CancellationToken cancellationToken);
}
