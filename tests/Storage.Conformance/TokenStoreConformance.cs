using MiniLambda.Domain.Access;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every store of tokens must do.</summary>
public abstract class TokenStoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    protected ITokenStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await ReopenAsync();

    public abstract Task DisposeAsync();

    /// <summary>Opens the same store again, as after a restart.</summary>
    protected abstract Task<ITokenStore> ReopenAsync();

    [Fact]
    public async Task A_token_comes_back_as_it_was_also_after_a_restart()
    {
        var (plain, full) = (Token("a"), Token("b", T0.AddDays(1)) with { Token = Record("b") with
        {
            Tenant = "photos", Functions = ["img-*", "thumbs"], Description = "the gallery", ExpiresAt = T0.AddDays(1), LastUsedAt = T0.AddHours(1),
            RevokedAt = T0.AddHours(2),
        } });
        await Store.AddAsync(full, default);
        await Store.AddAsync(plain, default);
        Store = await ReopenAsync();
        var found = await Store.ListAsync(default);
        Assert.Equal([Text(plain), Text(full)], found.Select(Text));
    }

    [Fact]
    public async Task No_two_tokens_have_one_id()
    {
        await Store.AddAsync(Token("a"), default);
        await Assert.ThrowsAnyAsync<IOException>(() => Store.AddAsync(Token("a"), default));
    }

    [Fact]
    public async Task A_revoked_token_keeps_the_moment_since_when()
    {
        await Store.AddAsync(Token("a"), default);
        Assert.True(await Store.RevokeAsync("a", T0.AddHours(1), default));
        Assert.True(await Store.RevokeAsync("a", T0.AddHours(2), default));
        Assert.False(await Store.RevokeAsync("nobody", T0, default));
        Assert.Equal(T0.AddHours(1), Assert.Single(await Store.ListAsync(default)).Token.RevokedAt);
    }

    [Fact]
    public async Task Uses_are_noted_for_those_that_are_there()
    {
        await Store.AddAsync(Token("a"), default);
        await Store.NoteUsesAsync([new TokenUse("a", T0.AddMinutes(1)), new TokenUse("nobody", T0)], default);
        Assert.Equal(T0.AddMinutes(1), Assert.Single(await Store.ListAsync(default)).Token.LastUsedAt);
    }

    [Fact]
    public async Task Only_those_that_ended_before_the_moment_are_forgotten()
    {
        await Store.AddAsync(Token("good"), default);
        await Store.AddAsync(Token("later", T0.AddDays(2)), default);
        await Store.AddAsync(Token("expired", T0.AddHours(1)), default);
        await Store.AddAsync(Token("revoked"), default);
        await Store.RevokeAsync("revoked", T0.AddHours(1), default);
        Assert.Equal(["expired", "revoked"], (await Store.ForgetAsync(T0.AddDays(1), default)).Order());
        Assert.Equal(["good", "later"], (await Store.ListAsync(default)).Select(t => t.Token.Id));
    }

    private static StoredToken Token(string id, DateTimeOffset? expires = null) => new(Record(id) with { ExpiresAt = expires }, new byte[] { 1, 2, 3 });

    private static TokenRecord Record(string id) => new(id, Role.Submitter, null, [], "", T0, "cluster", null, null, null);

    private static string Text(StoredToken token) =>
        $"{token.Token with { Functions = [] }} {string.Join(' ', token.Token.Functions)} {Convert.ToHexString(token.Verifier.Span)}";
}
