using MiniLambda.Domain.Workers;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every <see cref="IEnrolmentStore"/> does.</summary>
public abstract class EnrolmentStoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    private IEnrolmentStore Store { get; set; } = null!;

    /// <summary>Opens one and the same storage, closing it first when it is open.</summary>
    protected abstract Task<IEnrolmentStore> ReopenAsync();

    public async Task InitializeAsync() => Store = await ReopenAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task Tokens_and_nodes_stand_after_a_restart()
    {
        await Store.CreateTokenAsync(Token("a", 3), default);
        Assert.Equal(EnrolmentAnswer.Joined, await Store.JoinAsync("a", Node("attic"), default));
        Store = await ReopenAsync();
        var token = await Store.FindTokenAsync("a", default);
        Assert.Equal((2, "room", "office"), (token!.UsesLeft, token.Labels.Single().Key, token.Labels.Single().Value));
        Assert.Equal(Token("a", 2) with { Labels = token.Labels, Key = token.Key }, token);
        Assert.Equal(Token("a", 2).Key, token.Key);
        var node = Assert.Single(await Store.ListNodesAsync(default));
        Assert.Equal([1, 2], node.PublicKey);
        Assert.Equal(("attic", null, "a", T0, T0.AddDays(3), null), (node.Name, node.NextKey, node.JoinedWith, node.JoinedAt, node.CertifiedUntil, node.RevokedAt));
    }

    [Fact]
    public async Task A_token_serves_as_often_as_it_may()
    {
        await Store.CreateTokenAsync(Token("a", 1), default);
        Assert.Equal(EnrolmentAnswer.Joined, await Store.JoinAsync("a", Node("one"), default));
        Assert.Equal(EnrolmentAnswer.TokenSpent, await Store.JoinAsync("a", Node("two"), default));
        Assert.Equal("one", Assert.Single(await Store.ListNodesAsync(default)).Name);
        Assert.Empty(await Store.ListTokensAsync(T0, default));
    }

    [Fact]
    public async Task Of_many_that_come_at_once_only_as_many_join_as_may()
    {
        await Store.CreateTokenAsync(Token("a", 3), default);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.JoinAsync("a", Node($"w{i}"), default)));
        Assert.Equal(3, answers.Count(a => a == EnrolmentAnswer.Joined));
        Assert.Equal(3, (await Store.ListNodesAsync(default)).Count);
    }

    [Fact]
    public async Task A_token_past_its_time_serves_no_more()
    {
        await Store.CreateTokenAsync(Token("a", 1), default);
        Assert.Equal(EnrolmentAnswer.TokenSpent, await Store.JoinAsync("a", Node("late") with { JoinedAt = T0.AddHours(1) }, default));
        Assert.Empty(await Store.ListTokensAsync(T0.AddHours(1), default));
        Assert.Single(await Store.ListTokensAsync(T0, default));
    }

    [Fact]
    public async Task A_revoked_token_serves_no_more()
    {
        await Store.CreateTokenAsync(Token("a", 5), default);
        Assert.Equal("a", (await Store.RevokeTokenAsync("a", default))!.Id);
        Assert.Null(await Store.RevokeTokenAsync("a", default));
        Assert.Equal(EnrolmentAnswer.TokenSpent, await Store.JoinAsync("a", Node("late"), default));
    }

    [Fact]
    public async Task The_name_of_a_node_that_stands_is_not_given_away_and_costs_no_use()
    {
        await Store.CreateTokenAsync(Token("a", 2), default);
        await Store.JoinAsync("a", Node("attic"), default);
        Assert.Equal(EnrolmentAnswer.NameInUse, await Store.JoinAsync("a", Node("attic"), default));
        Assert.Equal(1, (await Store.FindTokenAsync("a", default))!.UsesLeft);
        await Store.RevokeAsync("attic", T0.AddDays(1), default);
        Assert.Equal(T0.AddDays(1), Assert.Single(await Store.ListNodesAsync(default)).RevokedAt);
        Assert.Equal(EnrolmentAnswer.Joined, await Store.JoinAsync("a", Node("attic") with { PublicKey = [9] }, default));
        var node = Assert.Single(await Store.ListNodesAsync(default));
        Assert.Equal((null, (byte)9), (node.RevokedAt, Assert.Single(node.PublicKey)));
    }

    [Fact]
    public async Task A_node_keeps_its_key_until_it_came_with_the_next()
    {
        await Store.CreateTokenAsync(Token("a", 1), default);
        await Store.JoinAsync("a", Node("attic"), default);
        Assert.True(await Store.RenewAsync("attic", [3], T0.AddDays(6), default));
        var waiting = Assert.Single(await Store.ListNodesAsync(default));
        Assert.Equal([1, 2], waiting.PublicKey);
        Assert.Equal([3], waiting.NextKey);
        await Store.PromoteAsync("attic", [7], default);
        Assert.Equal([1, 2], Assert.Single(await Store.ListNodesAsync(default)).PublicKey);
        await Store.PromoteAsync("attic", [3], default);
        var renewed = Assert.Single(await Store.ListNodesAsync(default));
        Assert.Equal([3], renewed.PublicKey);
        Assert.Equal((null, T0.AddDays(6)), (renewed.NextKey, renewed.CertifiedUntil));
    }

    [Fact]
    public async Task A_revoked_node_is_not_renewed()
    {
        await Store.CreateTokenAsync(Token("a", 1), default);
        await Store.JoinAsync("a", Node("attic"), default);
        await Store.RevokeAsync("attic", T0, default);
        Assert.False(await Store.RenewAsync("attic", [3], T0, default));
        Assert.False(await Store.RenewAsync("nobody", [3], T0, default));
    }

    private static JoinTokenRecord Token(string id, int uses) =>
        new(id, [5, 6, 7], new Dictionary<string, string> { ["room"] = "office" }, uses, T0, "token:cluster", T0.AddHours(1));

    private static NodeRecord Node(string name) =>
        new(name, [1, 2], null, new Dictionary<string, string> { ["room"] = "office" }, T0, "a", T0.AddDays(3), null);
}
