using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.EndToEnd.Faults;

namespace MiniLambda.EndToEnd;

/// <summary>Backup, restore and check as an owner uses them, on a cluster that works.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_store_backed_up_under_load_and_restored_serves_at_once_and_keeps_what_was_acknowledged_before()
    {
        // What was leased when the backup was made is lost before it runs again.
        await using var cluster = await Cluster.StartAsync(TimeSpan.FromSeconds(5), "one");
        await cluster.PushAsync("sleepy", "nap", "[retry]\nattempts = 50\nbackoff = \"20ms\"\nmax_backoff = \"200ms\"\n");
        await cluster.PushAsync("wordcount", "count");
        var before = new List<string>();
        for (var i = 0; i < 20; i++)
            before.Add((await cluster.SubmitAsync("nap", "5", "20")).Id);
        var input = await cluster.Connection.Blobs.UploadAsync(new MemoryStream(new byte[100_000]), default);
        before.Add((await cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = "count", InputDigest = input })).Job.Id);

        using var stop = new CancellationTokenSource();
        var load = LoadAsync(cluster, stop.Token);
        var backup = cluster.Beside("backup.tar");
        var made = await cluster.MaintainAsync("backup", backup);
        var check = await cluster.MaintainAsync("check");
        await stop.CancelAsync();
        await load;
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.Contains("3 blobs", made.Out, StringComparison.Ordinal);
        Assert.True(check.ExitCode == 0, check.Out);
        Assert.EndsWith("all is sound\n", check.Out, StringComparison.Ordinal);
        Assert.Contains("in use by an orchestrator", (await cluster.MaintainAsync("restore", backup, "--replace")).Error, StringComparison.Ordinal);

        await cluster.Orchestrator.KillAsync();
        Assert.Contains("is not empty", (await cluster.MaintainAsync("restore", backup)).Error, StringComparison.Ordinal);
        var restored = await cluster.MaintainAsync("restore", backup, "--replace");
        Assert.Equal((0, ""), (restored.ExitCode, restored.Error));
        await cluster.StartOrchestratorAsync();
        await cluster.ReachAsync();
        foreach (var id in before)
            Assert.Equal(Job.Types.State.Succeeded, (await cluster.UntilAsync(id, job => job.FinishedAt is not null)).State);
        await cluster.SettleAsync(default);
        await cluster.Orchestrator.TerminateAsync();
        Assert.Empty(await StoreChecker.CheckAsync(cluster.Data, before));
    }

    [Fact]
    public async Task A_check_names_a_damaged_blob_as_text_and_as_json_and_ends_with_1()
    {
        await using var cluster = await Cluster.StartAsync();
        var digest = await cluster.Connection.Blobs.UploadAsync(File.OpenRead(Path.Combine(Programs.Examples, "wordcount", "wordcount.wasm")), default);
        await cluster.Connection.Functions.PushAsync(new PushFunctionRequest { Manifest = "name = \"count\"", ModuleDigest = digest });
        var path = Path.Combine(cluster.Data, "blobs", digest[..2], digest[2..]);
        var content = await File.ReadAllBytesAsync(path);
        content[100] ^= 1;
        await File.WriteAllBytesAsync(path, content);

        var text = await cluster.MaintainAsync("check");
        Assert.Equal(1, text.ExitCode);
        Assert.StartsWith($"blob {digest}: is damaged: its bytes do not match its digest; it is function count@1\n", text.Out, StringComparison.Ordinal);
        Assert.EndsWith(": 1 finding\n", text.Out, StringComparison.Ordinal);
        var json = await cluster.MaintainAsync("check", "-o", "json");
        Assert.Equal(1, json.ExitCode);
        using var document = System.Text.Json.JsonDocument.Parse(json.Out);
        Assert.Equal(digest, Assert.Single(document.RootElement.GetProperty("findings").EnumerateArray()).GetProperty("subject").GetString());
        Assert.False(document.RootElement.GetProperty("sound").GetBoolean());
    }

    private static async Task LoadAsync(Cluster cluster, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await cluster.SubmitAsync("nap", "1", "1");
            }
            catch (ApiException e) when (e.Status == StatusCode.ResourceExhausted)
            {
                // The load is not what is tested.
            }
        }
    }
}
