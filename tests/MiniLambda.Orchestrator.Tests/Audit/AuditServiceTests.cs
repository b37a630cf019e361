using Grpc.Core;
using MiniLambda.Client.Audit;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Audit;

public sealed class AuditServiceTests
{
    [Fact]
    public async Task What_was_done_is_read_back_and_verified_also_after_a_crash()
    {
        await using var cluster = await TestCluster.StartAsync("attic");
        await cluster.PushAsync("echo", "echoes_stdin");
        await cluster.Connection.Cluster.DrainWorkerAsync(new DrainWorkerRequest { Name = "attic" });
        await cluster.Connection.Secrets.SetAsync(new SetSecretRequest { Name = "key", Value = "planted-value" });
        await cluster.Connection.Jobs.CancelMatchingAsync(new MatchingJobsRequest { All = true, Function = "echo" });
        var entries = await TakeAsync(cluster, 4);
        Assert.Equal(
            ["function.push echo@1", "worker.drain attic", "secret.set default/key", "job.cancel all function=echo"], entries.Select(e => $"{e.Action} {e.Target}"));
        Assert.All(entries, e => Assert.Equal(("token:cluster", AuditEntry.Types.Outcome.Done), (e.Actor, e.Outcome)));
        Assert.All(entries, e => Assert.Equal("127.0.0.1", e.Peer));
        Assert.Equal(entries.Select(e => e.Number).Order(), entries.Select(e => e.Number));

        await cluster.AbortOrchestratorAsync();
        await cluster.Connection.Functions.DeleteAsync(new DeleteFunctionRequest { Name = "echo" });
        var after = await TakeAsync(cluster, 5);
        Assert.Equal(entries, after[..4]);
        var verdict = await cluster.Connection.Audit.VerifyAsync(new VerifyAuditRequest { Head = entries[3].Hash });
        Assert.True(verdict.Intact, verdict.Problem);
        Assert.True(verdict.Entries >= 5, $"{verdict}");
        Assert.False((await cluster.Connection.Audit.VerifyAsync(new VerifyAuditRequest { Head = new string('0', 64) })).Intact);
    }

    [Fact]
    public async Task The_last_entries_come_alone()
    {
        await using var cluster = await TestCluster.StartAsync();
        foreach (var name in (string[])["a", "b", "c"])
            await cluster.PushAsync(name, "echoes_stdin");
        await TakeAsync(cluster, 3);
        var read = new List<AuditEntry>();
        await foreach (var entry in cluster.Connection.Audit.FollowAsync(2, follow: false, default))
            read.Add(entry);
        Assert.Equal(["b@1", "c@1"], read.Select(e => e.Target));
    }

    [Fact]
    public async Task A_tenant_does_not_read_what_others_did()
    {
        await using var cluster = await TestCluster.StartAsync();
        var admin = await cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Admin, Tenant = "photos" });
        using var photos = new Client.ClusterConnection(cluster.Url, admin.Secret);
        await ApiAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () =>
        {
            await foreach (var _ in photos.Audit.FollowAsync(0, follow: false, default))
            {
            }
        });
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_named_when_it_is_used_and_a_chosen_tenant_is_told()
    {
        await using var cluster = await TestCluster.StartAsync();
        var made = await cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader });
        await cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = made.Token.Id });
        using var revoked = new Client.ClusterConnection(cluster.Url, made.Secret);
        await ApiAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_REVOKED", async () => await revoked.Cluster.InfoAsync(new ClusterInfoRequest()));
        using var photos = new Client.ClusterConnection(cluster.Url, cluster.Token, tenant: "photos");
        await photos.Secrets.SetAsync(new SetSecretRequest { Name = "key", Value = "value" });

        var entries = await TakeAsync(cluster, 4);
        var denied = Assert.Single(entries, e => e.Outcome == AuditEntry.Types.Outcome.Denied);
        Assert.Equal($"token:{made.Token.Id}", denied.Actor);
        Assert.Equal(("photos", "photos/key"), entries.Where(e => e.Action == "secret.set").Select(e => (e.Tenant, e.Target)).Single());
    }

    // Entries are written a moment after the answer to what they tell of.
    private static async Task<List<AuditEntry>> TakeAsync(TestCluster cluster, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var read = new List<AuditEntry>();
        await foreach (var entry in cluster.Connection.Audit.FollowAsync(0, follow: true, patience.Token))
        {
            // That a token was used is another test's.
            if (entry.Action != "token.use")
                read.Add(entry);
            if (read.Count == count)
                break;
        }

        return read;
    }
}
