using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Access;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Trust.Tokens;

namespace MiniLambda.Orchestrator.Tests.Auth;

[Trait("Category", "Attack")]
public sealed class TokenBookTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Shelf _shelf = new();
    private readonly TokenBook _book;
    private int _hashes;

    public TokenBookTests() => _book = new TokenBook(
        new OrchestratorOptions { Token = "s3cret" }, _shelf, _clock, (id, text, verifier) =>
        {
            _hashes++;
            TokenText.Verifier(id, text, verifier);
        });

    public void Dispose() => _book.Dispose();

    // The comparison itself is CryptographicOperations.FixedTimeEquals over 32 bytes in either case.
    [Fact]
    public async Task An_unknown_id_costs_what_a_wrong_secret_costs_and_a_right_one_too()
    {
        var right = (await MakeAsync()).Text;
        var wrong = right[..17] + TokenText.Create().Text[17..];
        Assert.Equal([1, 1, 1], new[] { right, wrong, TokenText.Create().Text }.Select(text =>
        {
            _hashes = 0;
            var key = TokenText.IdOf(text);
            _book.IsText(_book.Find(key), key, text);
            return _hashes;
        }));
        Assert.False(_book.IsText(null, "abc", "anything"));
        Assert.Equal(32, _book.VerifierOf(null).Length);
    }

    [Fact]
    public async Task Nothing_of_the_secret_is_kept()
    {
        var (token, text) = await MakeAsync();
        var stored = Assert.Single(_shelf.Tokens.Values);
        Assert.DoesNotContain(text[17..], stored.ToString(), StringComparison.Ordinal);
        Assert.Equal(TokenText.Verifier(token.Id, text), stored.Verifier.ToArray());
    }

    [Fact]
    public async Task Uses_are_stored_once_a_minute_and_again_when_that_failed()
    {
        var token = _book.Find((await MakeAsync()).Token.Id)!;
        token.NoteUse(System.Net.IPAddress.Loopback, _clock.GetUtcNow().AddSeconds(10));
        token.NoteUse(System.Net.IPAddress.Loopback, _clock.GetUtcNow().AddSeconds(20));
        _shelf.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => _book.StoreUsesAsync(default));
        _shelf.Fails = false;
        await _book.StoreUsesAsync(default);
        await _book.StoreUsesAsync(default);
        Assert.Equal([new TokenUse(token.Record.Id, _clock.GetUtcNow())], _shelf.Uses);
    }

    [Fact]
    public async Task A_revocation_that_is_not_stored_did_not_happen_and_is_told()
    {
        var token = _book.Find((await MakeAsync()).Token.Id)!;
        _shelf.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => _book.RevokeAsync(token, default));
        Assert.Null(token.Ending(_clock.GetUtcNow()));
        _shelf.Fails = false;
        await _book.RevokeAsync(token, default);
        Assert.Equal("TOKEN_REVOKED", token.Ending(_clock.GetUtcNow())?.Reason);
        Assert.True(token.Caller.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task A_token_expires_by_itself_also_one_that_is_good_for_longer_than_timers_run()
    {
        var token = _book.Find((await MakeAsync(_clock.GetUtcNow().AddDays(100))).Token.Id)!;
        for (var day = 0; day < 99; day++)
            _clock.Advance(TimeSpan.FromDays(1));
        Assert.False(token.Caller.Ended.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(token.Caller.Ended.IsCancellationRequested);
        Assert.Equal("TOKEN_EXPIRED", token.Caller.WhyEnded().Reason);
    }

    [Fact]
    public async Task A_full_book_takes_no_more_until_some_that_ended_are_forgotten()
    {
        var first = (await MakeAsync(_clock.GetUtcNow().AddDays(1))).Token.Id;
        while (_shelf.Tokens.Count + 1 < TokenBook.MaxTokens)
            await MakeAsync();
        Assert.Null(await _book.CreateAsync(id => Record(id, null), default));
        _clock.Advance(TimeSpan.FromDays(32));
        await MakeAsync();
        Assert.Null(_book.Find(first));
    }

    [Fact]
    public async Task An_address_is_new_to_a_token_once()
    {
        var token = _book.Find((await MakeAsync()).Token.Id)!;
        var (here, there) = (System.Net.IPAddress.Loopback, System.Net.IPAddress.IPv6Loopback);
        Assert.Equal([true, false, true, false, false], new[] { here, here, there, here, there }.Select(a => token.NoteUse(a, _clock.GetUtcNow())));
    }

    private static TokenRecord Record(string id, DateTimeOffset? expires) =>
        new(id, Role.Reader, null, [], "", DateTimeOffset.UnixEpoch, "cluster", expires, null, null);

    private async Task<(TokenRecord Token, string Text)> MakeAsync(DateTimeOffset? expires = null) =>
        (await _book.CreateAsync(id => Record(id, expires), default))!.Value;

    private sealed class Shelf : ITokenStore
    {
        public Dictionary<string, StoredToken> Tokens { get; } = [];

        public List<TokenUse> Uses { get; } = [];

        public bool Fails { get; set; }

        public Task AddAsync(StoredToken token, CancellationToken cancellationToken)
        {
            Tokens.Add(token.Token.Id, token);
            return Task.CompletedTask;
        }

        public Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
            Fails ? Task.FromException<bool>(new IOException("disk")) : Task.FromResult(true);

        public Task NoteUsesAsync(IReadOnlyCollection<TokenUse> uses, CancellationToken cancellationToken)
        {
            if (Fails)
                return Task.FromException(new IOException("disk"));
            Uses.AddRange(uses);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
        {
            var ended = Tokens.Values.Where(t => t.Token.ExpiresAt < endedBefore).Select(t => t.Token.Id).ToList();
            ended.ForEach(id => Tokens.Remove(id));
            return Task.FromResult<IReadOnlyList<string>>(ended);
        }

        public ValueTask<IReadOnlyList<StoredToken>> ListAsync(CancellationToken cancellationToken) => new([.. Tokens.Values]);
    }
}
