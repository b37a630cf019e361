using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;
using MiniLambda.Worker.Session;

namespace MiniLambda.Orchestrator.Tests.Enrolment;

/// <summary>What others that answer in the orchestrator's place get to hear: nothing that is secret.</summary>
[Trait("Category", "Attack")]
public sealed class RogueTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(TestCluster.Secure);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_that_joins_a_rogue_says_nothing_to_it(bool claimsTheAuthority)
    {
        await using var rogue = await RogueOrchestrator.StartAsync(claimsTheAuthority ? _cluster.Authority : null);
        var token = await _cluster.JoinTokenAsync();
        var refusal = await Assert.ThrowsAsync<IOException>(() => _cluster.JoinAsync("attic", token, rogue.Url.ToString()));
        Assert.Contains("nothing was sent", refusal.Message, StringComparison.Ordinal);
        AssertOnlyTheAuthorityWasAsked(rogue, token.ToText(), token.Id, Convert.ToBase64String(token.Key));
        // The token is as good as it was.
        Assert.Equal("attic", (await _cluster.JoinAsync("attic", token)).Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_pinned_the_authority_shows_its_token_to_nobody_else(bool knowsOnlyTheFingerprint)
    {
        await using var rogue = await RogueOrchestrator.StartAsync(_cluster.Authority);
        var trust = knowsOnlyTheFingerprint ? new ServerTrust(fingerprint: _cluster.Authority!.Fingerprint) : new ServerTrust(_cluster.Authority);
        using var connection = new ClusterConnection(rogue.Url, "s3cret-token", trust);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => connection.Cluster.InfoAsync(new ClusterInfoRequest()).ResponseAsync);
        Assert.True(refusal.IsUntrusted, refusal.Message);
        Assert.Contains("is not trusted", refusal.Message, StringComparison.Ordinal);
        AssertOnlyTheAuthorityWasAsked(rogue, "s3cret-token");
    }

    [Fact]
    public async Task A_client_that_pinned_nothing_takes_no_stranger()
    {
        await using var rogue = await RogueOrchestrator.StartAsync();
        using var connection = new ClusterConnection(rogue.Url, "s3cret-token");
        var refusal = await Assert.ThrowsAsync<ApiException>(() => connection.Cluster.InfoAsync(new ClusterInfoRequest()).ResponseAsync);
        Assert.Contains("its certificate is of an unknown authority", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith($"minilambda login {rogue.Url.ToString().TrimEnd('/')}", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(rogue.Heard);
    }

    [Fact]
    public async Task Who_logs_in_learns_that_the_authority_is_another_one()
    {
        await using var rogue = await RogueOrchestrator.StartAsync();
        var fetched = await ClusterAuthority.FetchAsync(rogue.Url, null, default);
        Assert.Equal(rogue.Own, fetched.Authority);
        await Assert.ThrowsAsync<ServerRefusedException>(() => ClusterAuthority.FetchAsync(rogue.Url, _cluster.Authority!.Fingerprint, default));
    }

    [Fact]
    public async Task A_worker_with_the_clusters_token_shows_it_to_no_stranger()
    {
        await using var rogue = await RogueOrchestrator.StartAsync(_cluster.Authority);
        foreach (var authority in (Fingerprint?[])[null, _cluster.Authority!.Fingerprint])
        {
            var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.AddWorkerAsync("attic", options =>
            {
                options.Server = rogue.Url.ToString();
                options.Authority = authority?.ToString();
            }));
            Assert.Contains("is not trusted", refusal.Message, StringComparison.Ordinal);
        }

        AssertOnlyTheAuthorityWasAsked(rogue, _cluster.Token);
    }

    [Fact]
    public async Task A_worker_that_joined_dials_nobody_else()
    {
        await using var rogue = await RogueOrchestrator.StartAsync(_cluster.Authority);
        var identity = await _cluster.JoinAsync("attic");
        await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.AddWorkerAsync(identity, options => options.Server = rogue.Url.ToString()));
        Assert.Empty(rogue.Heard);
    }

    [Fact]
    public async Task A_worker_with_the_clusters_token_may_know_the_orchestrator_by_its_fingerprint()
    {
        await _cluster.AddWorkerAsync("attic", options => options.Authority = _cluster.Authority!.Fingerprint.ToString());
        Assert.Equal(WorkerInfo.Types.Status.Ready, await _cluster.StatusAsync("attic"));
    }

    private static void AssertOnlyTheAuthorityWasAsked(RogueOrchestrator rogue, params string[] secrets) => Assert.All(rogue.Heard, heard =>
    {
        Assert.StartsWith("/minilambda.v1.EnrolmentService/GetAuthority\n", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("authorization", heard, StringComparison.OrdinalIgnoreCase);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, heard, StringComparison.Ordinal));
    });
}
