namespace MiniLambda.Domain.Access;

/// <summary>
/// The tokens that were made. A task that writes completes only when the change is on disk. Every method may throw <see cref="IOException"/> when the disk
/// fails.
/// </summary>
public interface ITokenStore
{
    /// <summary>A token was made.</summary>
    Task AddAsync(StoredToken token, CancellationToken cancellationToken);

    /// <summary>A token is refused from now on; one that is revoked already keeps the moment since when. False when there is none of that id.</summary>
    Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>When tokens were last used; those that are not there are passed over.</summary>
    Task NoteUsesAsync(IReadOnlyCollection<TokenUse> uses, CancellationToken cancellationToken);

    /// <summary>Forgets tokens that were revoked or expired before a moment; tells their ids.</summary>
    Task<IReadOnlyList<string>> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);

    /// <summary>Every token, by id.</summary>
    ValueTask<IReadOnlyList<StoredToken>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A token, and what is kept to know its text by.</summary>
/// <param name="Verifier">32 bytes; a secret, as requests are signed with it.</param>
public sealed record StoredToken(TokenRecord Token, ReadOnlyMemory<byte> Verifier);

/// <summary>When a token was used.</summary>
public readonly record struct TokenUse(string Id, DateTimeOffset At);

/// <summary>What is known of a token.</summary>
/// <param name="Tenant">The one that it is confined to; null = all.</param>
/// <param name="Functions">Patterns of the function names that it may name; none = all.</param>
/// <param name="CreatedBy">The id of the token that made it.</param>
/// <param name="ExpiresAt">Null = never.</param>
/// <param name="LastUsedAt">To the minute; null = never.</param>
/// <param name="RevokedAt">Null = it stands.</param>
public sealed record TokenRecord(
    string Id, Role Role, string? Tenant, IReadOnlyList<string> Functions, string Description, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);
