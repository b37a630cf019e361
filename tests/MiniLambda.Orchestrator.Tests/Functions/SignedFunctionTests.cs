using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;
using MiniLambda.Trust.Modules;

namespace MiniLambda.Orchestrator.Tests.Functions;

public sealed class SignedFunctionTests : IDisposable
{
    private readonly SigningKey _alice = SigningKey.Create();
    private readonly SigningKey _mallory = SigningKey.Create();

    public void Dispose()
    {
        _alice.Dispose();
        _mallory.Dispose();
    }

    [Fact]
    public async Task A_function_that_must_be_signed_is_pushed_only_with_a_known_signers_signature()
    {
        await using var cluster = await TestCluster.StartAsync(Strict, "attic");
        await cluster.PushAsync("free", "echoes_stdin");
        Assert.Equal(
            "function 'prod-echo' must be signed here: push it with --sign KEYFILE",
            await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SIGNATURE_MISSING", () => PushAsync(cluster, "prod-echo", [])));
        var stranger = await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SIGNATURE_WRONG", () => PushAsync(cluster, "prod-echo", [_mallory]));
        Assert.Contains("not known here", stranger, StringComparison.Ordinal);

        var pushed = await PushAsync(cluster, "prod-echo", [_alice, _mallory]);
        Assert.Equal([("alice", _alice.Signer.Id), ("", _mallory.Signer.Id)], pushed.Function.Signatures.Select(s => (s.Signer, s.KeyId)));
        var shown = await cluster.Connection.Functions.GetAsync(new GetFunctionRequest { Name = "prod-echo" });
        Assert.Equal(pushed.Function.Signatures, shown.Signatures);
        Assert.Equal("hi", (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "prod-echo", Input = ByteString.CopyFromUtf8("hi") })).Result.ToStringUtf8());
    }

    [Fact]
    public async Task A_signature_holds_for_its_name_its_module_and_its_manifest_alone()
    {
        await using var cluster = await TestCluster.StartAsync(Strict);
        foreach (var spoil in (Action<PushFunctionRequest>[])[
            request => request.Manifest = request.Manifest.Replace("prod-echo", "prod-other", StringComparison.Ordinal),
            request => request.Manifest += "\n[capabilities]\nnetwork = true\n",
            request => request.Signatures[0].KeyId = new string('0', 64),
            request => request.Signatures[0].Signature = ByteString.CopyFrom([.. request.Signatures[0].Signature.Span[..^1], 0]),
            request => request.Signatures[0].Signature = ByteString.Empty])
        {
            await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SIGNATURE_WRONG", () => PushAsync(cluster, "prod-echo", [_alice], spoil));
        }
    }

    [Fact]
    public async Task A_function_that_stands_is_signed_afterwards_without_a_new_version()
    {
        await using var cluster = await TestCluster.StartAsync(options => options.TrustSigners["alice"] = _alice.Signer.Text);
        var first = await PushAsync(cluster, "prod-echo", []);
        var second = await PushAsync(cluster, "prod-echo", [_alice]);
        Assert.Equal((1, false, 1), (second.Function.Version, second.Created, second.Function.Signatures.Count));
        Assert.Empty(first.Function.Signatures);
    }

    [Fact]
    public async Task A_worker_that_trusts_only_some_signers_gets_only_what_they_signed()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.AddWorkerAsync("home", options =>
        {
            options.TrustSigners["alice"] = _alice.Signer.Text;
            options.TrustRequireSignature.Add("*");
        });
        await PushAsync(cluster, "unsigned", []);
        var job = await cluster.SubmitAsync("unsigned");
        var explained = await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = job.Id });
        Assert.Equal(
            "no worker can take it: home runs 'unsigned' only when a signer that its owner trusts signed it; nobody did", explained.Summary);
        await PushAsync(cluster, "signed", [_alice]);
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "signed" })).Job.State);
        Assert.Equal(Job.Types.State.Queued, (await cluster.GetAsync(job.Id)).State);
        Assert.Equal([_alice.Signer.Id], (await cluster.WorkerAsync("home")).Capabilities.Pins.Signers);
    }

    private void Strict(OrchestratorOptions options)
    {
        options.TrustSigners["alice"] = _alice.Signer.Text;
        options.TrustRequireSignature.Add("prod-*");
    }

    private static async Task<PushFunctionResponse> PushAsync(TestCluster cluster, string name, SigningKey[] keys, Action<PushFunctionRequest>? spoil = null)
    {
        var module = ModuleBytes.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", "echoes_stdin.wat"));
        var request = new PushFunctionRequest
        {
            Manifest = $"name = \"{name}\"\nmodule = \"{name}.wasm\"\n",
            ModuleDigest = await cluster.Connection.Blobs.UploadAsync(new MemoryStream(module), default),
        };
        var statement = new ModuleStatement(name, request.ModuleDigest, ModuleStatement.DigestOf(request.Manifest));
        request.Signatures.Add(keys.Select(key => new ModuleSignature
        {
            KeyId = key.Signer.Id,
            Signature = ByteString.CopyFrom(key.Sign(statement)),
            ManifestDigest = statement.ManifestDigest,
        }));
        spoil?.Invoke(request);
        return await cluster.Connection.Functions.PushAsync(request);
    }
}
