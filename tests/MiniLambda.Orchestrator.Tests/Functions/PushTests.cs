using Grpc.Core;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;

namespace MiniLambda.Orchestrator.Tests.Functions;

public sealed class PushTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Versions_count_up_and_an_unchanged_push_makes_none()
    {
        var first = await _cluster.PushAsync("f", Module("echoes_stdin"));
        var same = await _cluster.PushAsync("f", Module("echoes_stdin"));
        var second = await _cluster.PushAsync("f", Module("exits_with_3"));
        Assert.Equal((1, true), (first.Function.Version, first.Created));
        Assert.Equal((1, false), (same.Function.Version, same.Created));
        Assert.Equal((2, true), (second.Function.Version, second.Created));
        Assert.Equal(2, (await _cluster.Connection.Functions.GetAsync(new GetFunctionRequest { Name = "f" })).Version);
    }

    [Fact]
    public async Task A_deleted_version_number_is_never_used_again()
    {
        await _cluster.PushAsync("f", "echoes_stdin");
        Assert.Equal(1, (await _cluster.Connection.Functions.DeleteAsync(new DeleteFunctionRequest { Name = "f" })).DeletedVersions);
        Assert.Equal(2, (await _cluster.PushAsync("f", "echoes_stdin")).Version);
    }

    [Fact]
    public async Task A_module_that_imports_what_nobody_provides_is_refused_by_the_name_of_the_import()
    {
        var message = await RefusedPushAsync("MODULE_INVALID", "imports_what_nobody_provides");
        Assert.Contains("env.launch_rockets", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_without_its_entry_is_refused_and_told_what_it_exports()
    {
        var message = await RefusedPushAsync("MODULE_INVALID", "has_no_start");
        Assert.Contains("_start", message, StringComparison.Ordinal);
        Assert.Contains("run", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_of_a_manifest_are_told_at_once()
    {
        var message = await RefusedPushAsync("MANIFEST_INVALID", "echoes_stdin", "colour = \"red\"\n[limits]\nmemory = 7\ntimeout = \"soon\"");
        var lines = message.Split('\n');
        Assert.Equal(["minilambda.toml:3:1", "minilambda.toml:5:10", "minilambda.toml:6:11"], lines.Select(line => line.Split(" ")[0].TrimEnd(':')).Order());
        Assert.All(["colour", "memory", "timeout"], key => Assert.Single(lines, line => line.Contains(key, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_list_of_errors_that_is_too_long_to_be_told_whole_says_how_many_are_left_out()
    {
        var message = await RefusedPushAsync("MANIFEST_INVALID", "echoes_stdin", string.Join('\n', Enumerable.Range(0, 90).Select(i => $"colour-{i} = 1")));
        Assert.InRange(message.Length, 1000, 3072);
        var lines = message.Split('\n');
        Assert.StartsWith("minilambda.toml:3:1", lines[0], StringComparison.Ordinal);
        Assert.Equal($"and {90 - (lines.Length - 1)} more lines", lines[^1]);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(2_000_000)]
    public async Task A_long_word_of_the_caller_comes_back_shortened(int length)
    {
        var request = new PushFunctionRequest { Manifest = "name = \"f\"", ModuleDigest = new string('é', length) };
        var message = await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "MODULE_NOT_UPLOADED", async () => await _cluster.Connection.Functions.PushAsync(request));
        Assert.EndsWith("…", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_module_that_is_somebodys_input_stays()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var content = Module("has_no_start");
        var input = await _cluster.Connection.Blobs.UploadAsync(new MemoryStream(content), default);
        await RefusedPushAsync("MODULE_INVALID", "has_no_start");
        var job = (await _cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = "echo", InputDigest = input })).Job;
        await _cluster.AddWorkerAsync("one");
        Assert.Equal((Job.Types.State.Succeeded, content.Length), ((await _cluster.WaitForOutcomeAsync(job.Id)).State, job.InputSize));
    }

    [Fact]
    public async Task A_push_without_the_module_is_refused()
    {
        var request = new PushFunctionRequest { Manifest = "name = \"f\"\nmodule = \"f.wasm\"", ModuleDigest = new string('a', 64) };
        await ApiAssert.RefusedAsync(
            StatusCode.FailedPrecondition, "MODULE_NOT_UPLOADED", async () => await _cluster.Connection.Functions.PushAsync(request));
    }

    [Fact]
    public async Task A_list_is_paged_without_gaps_or_repeats()
    {
        var names = Enumerable.Range(0, 7).Select(i => $"f-{i}").ToList();
        foreach (var name in names)
            await _cluster.PushAsync(name, "echoes_stdin");
        var (seen, token) = (new List<string>(), "");
        do
        {
            var page = await _cluster.Connection.Functions.ListAsync(new ListFunctionsRequest { PageSize = 3, PageToken = token });
            Assert.InRange(page.Functions.Count, 1, 3);
            seen.AddRange(page.Functions.Select(f => f.Name));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal(names, seen);
    }

    [Fact]
    public async Task An_upload_that_is_cut_or_does_not_match_its_digest_leaves_nothing()
    {
        var module = Module("echoes_stdin");
        var header = new BlobHeader { Digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(module)), Size = module.Length };
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "BLOB_INCOMPLETE", () => UploadAsync(header, module[..^1]));
        var flipped = module.ToArray();
        flipped[^1] ^= 1;
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "BLOB_DIGEST_MISMATCH", () => UploadAsync(header, flipped));
        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "BLOB_NOT_FOUND", async () => await _cluster.Connection.Blobs.StatAsync(new StatBlobRequest { Digest = header.Digest }));
        await UploadAsync(header, module);
        Assert.Equal(module.Length, (await _cluster.Connection.Blobs.StatAsync(new StatBlobRequest { Digest = header.Digest })).Size);
    }

    [Fact]
    public async Task A_module_over_the_limit_is_refused_before_it_is_sent()
    {
        var header = new BlobHeader { Digest = new string('a', 64), Size = 1L << 40 };
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "BLOB_TOO_LARGE", () => UploadAsync(header, new byte[16]));
    }

    private static byte[] Module(string fixture) => ModuleBytes.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{fixture}.wat"));

    private Task<string> RefusedPushAsync(string reason, string fixture, string settings = "") =>
        ApiAssert.RefusedAsync(StatusCode.InvalidArgument, reason, () => _cluster.PushAsync("f", fixture, settings));

    private async Task UploadAsync(BlobHeader header, byte[] content)
    {
        using var call = _cluster.Connection.Blobs.Upload();
        try
        {
            await call.RequestStream.WriteAsync(new UploadBlobRequest { Header = header });
            await call.RequestStream.WriteAsync(new UploadBlobRequest { Data = Google.Protobuf.ByteString.CopyFrom(content) });
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Refused before everything was sent: the answer says why.
        }

        await call.ResponseAsync;
    }
}
