namespace MiniLambda.Domain.Workers;

/// <summary>
/// Tokens that workers join with, and the workers that did. A task that writes completes only when the change is on disk. Every method may throw
/// <see cref="IOException"/> when the disk fails.
/// </summary>
public interface IEnrolmentStore
{
    Task CreateTokenAsync(JoinTokenRecord token, CancellationToken cancellationToken);

    /// <summary>Null when there is none of that id.</summary>
    ValueTask<JoinTokenRecord?> FindTokenAsync(string id, CancellationToken cancellationToken);

    /// <summary>Those that may still be joined with, newest first.</summary>
    ValueTask<IReadOnlyList<JoinTokenRecord>> ListTokensAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes a token. Returns it as it was; null when there is none of that id.</summary>
    Task<JoinTokenRecord?> RevokeTokenAsync(string id, CancellationToken cancellationToken);

    /// <summary>Takes one use of a token and registers the node, or does neither. A node that was revoked gives its name up.</summary>
    Task<EnrolmentAnswer> JoinAsync(string token, NodeRecord node, CancellationToken cancellationToken);

    /// <summary>A node got a certificate for another key; the one before stays good until <see cref="PromoteAsync"/>. False when there is no such node.</summary>
    Task<bool> RenewAsync(string name, byte[] nextKey, DateTimeOffset certifiedUntil, CancellationToken cancellationToken);

    /// <summary>A node came with its next key: the one before is good no more.</summary>
    Task PromoteAsync(string name, byte[] nextKey, CancellationToken cancellationToken);

    /// <summary>A node is out, with its keys, until it joins anew.</summary>
    Task RevokeAsync(string name, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Every node that ever joined, by name.</summary>
    ValueTask<IReadOnlyList<NodeRecord>> ListNodesAsync(CancellationToken cancellationToken);
}

/// <summary>A token that workers join with.</summary>
/// <param name="Key">What proofs are keyed with: made of the secret that its text holds.</param>
/// <param name="Labels">What every worker that joins with it bears.</param>
/// <param name="CreatedBy">As the audit log calls the caller.</param>
public sealed record JoinTokenRecord(
    string Id, byte[] Key, IReadOnlyDictionary<string, string> Labels, int UsesLeft, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset ExpiresAt);

/// <summary>A worker that joined.</summary>
/// <param name="PublicKey">SubjectPublicKeyInfo, DER.</param>
/// <param name="NextKey">That of a certificate that it was sent and has not come with yet; null when there is none.</param>
/// <param name="Labels">What it bears whatever it says.</param>
/// <param name="JoinedWith">The join token's id.</param>
/// <param name="CertifiedUntil">The end of its newest certificate.</param>
/// <param name="RevokedAt">Null while it stands.</param>
public sealed record NodeRecord(
    string Name, byte[] PublicKey, byte[]? NextKey, IReadOnlyDictionary<string, string> Labels, DateTimeOffset JoinedAt, string JoinedWith,
    DateTimeOffset CertifiedUntil, DateTimeOffset? RevokedAt);

/// <summary>What became of an attempt to join.</summary>
public enum EnrolmentAnswer
{
    Joined = 1,

    /// <summary>No such token, or no use of it is left, or its time is over.</summary>
    TokenSpent = 2,

    /// <summary>A node of that name stands.</summary>
    NameInUse = 3,
}
