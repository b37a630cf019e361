using System.Collections.Concurrent;
using System.Security.Cryptography;
using MiniLambda.Domain.Access;
using MiniLambda.Trust.Tokens;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Makes what is kept of a token out of its id and its text.</summary>
internal delegate void TokenHash(string id, string text, Span<byte> verifier);

/// <summary>
/// Every token, in memory, so that no call waits for the database: those that were made, which the store keeps, and those of files: the cluster's own and
/// one for each tenant of the configuration. Holds no secrets but what is kept to know them by.
/// </summary>
internal sealed class TokenBook : IHostedService, IDisposable
{
    /// <summary>Tokens that are kept at once, so that nobody fills memory and disk with them.</summary>
    public const int MaxTokens = 10_000;

    /// <summary>How long a token that has ended is still listed, and refused as what it is.</summary>
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<string, StandingToken> _tokens = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly ITokenStore _store;
    private readonly TimeProvider _clock;
    private readonly TokenHash _hash;

    // Whom an unknown id is compared with, so that it costs what a wrong secret costs.
    private readonly byte[] _nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    public TokenBook(OrchestratorOptions options, ITokenStore store, TimeProvider clock)
        : this(options, store, clock, TokenText.Verifier)
    {
    }

    /// <param name="hash">Makes what is kept of a token out of its id and its text.</param>
    /// <exception cref="ArgumentException">A token of a file is empty: an orchestrator never runs without one.</exception>
    internal TokenBook(OrchestratorOptions options, ITokenStore store, TimeProvider clock, TokenHash hash)
    {
        (_store, _clock, _hash) = (store, clock, hash);
        AddOfFile("cluster", Role.Admin, null, options.Token, "the orchestrator's own: replace DATA/token, or what --token-file names, to end it");
        foreach (var (tenant, text) in options.TenantTokens)
            AddOfFile($"tenant-{tenant}", Role.Operator, tenant, text, $"of the configuration: replace DATA/tenants/{tenant}.token to end it");
    }

    /// <summary>Every token, those of files first, then the newest first.</summary>
    public IEnumerable<StandingToken> All => _tokens.Values
        .OrderByDescending(t => t.IsOfFile).ThenByDescending(t => t.Record.CreatedAt).ThenBy(t => t.Record.Id, StringComparer.Ordinal);

    /// <param name="key">As <see cref="TokenText.IdOf"/> says.</param>
    public StandingToken? Find(string key) => _tokens.GetValueOrDefault(key);

    /// <summary>Whether a text is that token's. One comparison of one hash, also when there is no token to compare with.</summary>
    public bool IsText(StandingToken? token, string key, string text)
    {
        Span<byte> verifier = stackalloc byte[SHA256.HashSizeInBytes];
        _hash(key, text, verifier);
        return CryptographicOperations.FixedTimeEquals(verifier, VerifierOf(token)) & token is not null;
    }

    /// <summary>What a token's signatures are checked with; something that nobody has when there is no token.</summary>
    public ReadOnlySpan<byte> VerifierOf(StandingToken? token) => token is null ? _nobody : token.Verifier.Span;

    /// <summary>Makes a token. Null when there are too many.</summary>
    /// <param name="describe">Told the new token's id.</param>
    /// <returns>The text is told here and is not kept.</returns>
    public async Task<(TokenRecord Token, string Text)?> CreateAsync(Func<string, TokenRecord> describe, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_tokens.Count >= MaxTokens)
            {
                foreach (var ended in await _store.ForgetAsync(_clock.GetUtcNow() - KeepEnded, cancellationToken))
                    Drop(ended);
            }

            if (_tokens.Count >= MaxTokens)
                return null;
            var (id, text) = TokenText.Create();
            var stored = new StoredToken(describe(id), TokenText.Verifier(id, text));
            // Whether or not the caller still waits: what is stored is known.
            await _store.AddAsync(stored, CancellationToken.None);
            Add(stored);
            return (stored.Token, text);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>From now on the token is refused, and the streams that it opened end.</summary>
    public async Task RevokeAsync(StandingToken token, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var now = _clock.GetUtcNow();
            await _store.RevokeAsync(token.Record.Id, now, CancellationToken.None);
            token.Revoke(now);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Stores when tokens were used, if that is not stored yet.</summary>
    public async Task StoreUsesAsync(CancellationToken cancellationToken)
    {
        var used = _tokens.Values.Select(t => (Token: t, Use: t.TakeUse())).Where(t => t.Use is not null).ToList();
        if (used.Count == 0)
            return;
        try
        {
            await _store.NoteUsesAsync([.. used.Select(t => t.Use!.Value)], cancellationToken);
        }
        catch
        {
            used.ForEach(t => t.Token.GiveBackUse());
            throw;
        }
    }

    /// <summary>Reads the tokens that were made, before the first call comes.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var ended in await _store.ForgetAsync(_clock.GetUtcNow() - KeepEnded, cancellationToken))
            Drop(ended);
        foreach (var stored in await _store.ListAsync(cancellationToken))
            Add(stored);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var token in _tokens.Values)
            token.Dispose();
        _changing.Dispose();
    }

    private void Add(StoredToken stored) => _tokens[stored.Token.Id] = new StandingToken(stored.Token, stored.Verifier, isOfFile: false, _clock);

    private void Drop(string id)
    {
        if (_tokens.TryRemove(id, out var token))
            token.Dispose();
    }

    private void AddOfFile(string id, Role role, string? tenant, string text, string description)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var key = TokenText.IdOf(text);
        var record = new TokenRecord(id, role, tenant, [], description, DateTimeOffset.UnixEpoch, "", null, null, null);
        // The cluster's own was first: a tenant's file that holds the same text does not take it away.
        _tokens.TryAdd(key, new StandingToken(record, TokenText.Verifier(key, text), isOfFile: true, _clock));
    }
}
