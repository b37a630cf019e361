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
        await using var cluster = await TestCluster.StartAsync(static options => options.TenantTokens["photos"] = "photos-token");
        using var photos = new Client.ClusterConnection(cluster.Url, "photos-token");
        await cluster.PushAsync("echo", "echoes_stdin");
        await photos.Secrets.SetAsync(new SetSecretRequest { Name = "key", Value = "value" });
        await TakeAsync(cluster, 2);
        var read = new List<string>();
        try
        {
            await foreach (var entry in photos.Audit.FollowAsync(0, follow: false, default))
                read.Add(entry.Action);
        }
        catch (Client.ApiException e) when (e.Status == StatusCode.PermissionDenied)
        {
            // Where its role may not read the log at all.
            return;
        }

        Assert.Equal(["secret.set"], read);
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
