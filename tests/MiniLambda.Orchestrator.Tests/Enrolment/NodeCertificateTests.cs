using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Enrolment;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Joining;
using MiniLambda.Trust.Links;
using MiniLambda.Worker.Identity;
using MiniLambda.Worker.Session;

namespace MiniLambda.Orchestrator.Tests.Enrolment;

/// <summary>Workers by their certificates: while they are good, after they ended, and after they were revoked.</summary>
[Trait("Category", "Attack")]
public sealed class NodeCertificateTests : IAsyncLifetime
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(72);

    private OrchestratorOptions _options = null!;
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options =>
    {
        TestCluster.Secure(options);
        _options = options;
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_certificate_is_renewed_over_the_session_and_the_stream_goes_on()
    {
        // So little is left of its life that the worker asks for another as soon as it is in.
        _options.NodeCertificateLifetime = TimeSpan.FromSeconds(60);
        var identity = await _cluster.JoinAsync("attic");
        _options.NodeCertificateLifetime = Usual;
        using var first = new X509Certificate2(identity.Certificate);
        await _cluster.AddWorkerAsync(identity);
        var connected = (await _cluster.WorkerAsync("attic")).ConnectedAt;
        await UntilAsync(() => identity.End > TimeProvider.System.GetUtcNow().AddHours(70));
        Assert.Equal(identity.End, NodeIdentity.TryLoad(Folder(identity))!.End);

        // What is dialled from now on is dialled with the new key; the old one is good no more once that was seen.
        await _cluster.PushAsync("big", "writes_a_megabyte");
        var answer = await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "big" });
        Assert.Equal((Job.Types.State.Succeeded, 1_000_000), (answer.Job.State, answer.Job.ResultSize));
        Assert.Equal("CERTIFICATE_WRONG", await RefusalAsync(first));
        Assert.Equal(connected, (await _cluster.WorkerAsync("attic")).ConnectedAt);
    }

    [Fact]
    public async Task A_certificate_that_ended_is_refused_and_the_worker_gets_another_by_its_key()
    {
        _options.NodeCertificateLifetime = TimeSpan.FromSeconds(1);
        var identity = await _cluster.JoinAsync("attic");
        using var ended = new X509Certificate2(identity.Certificate);
        await UntilAsync(() => TimeProvider.System.GetUtcNow() > identity.End);
        Assert.Equal("CERTIFICATE_EXPIRED", await RefusalAsync(ended));
        _options.NodeCertificateLifetime = Usual;
        await _cluster.AddWorkerAsync(identity);
        Assert.Equal(WorkerInfo.Types.Status.Ready, await _cluster.StatusAsync("attic"));
        Assert.True(identity.End > TimeProvider.System.GetUtcNow().AddHours(70));
    }

    [Theory]
    [InlineData(72 + (89 * 24), null)]
    [InlineData(72 + (90 * 24) + 1, "JOIN_REFUSED")]
    public async Task Who_was_off_may_come_back_for_ninety_days(int hours, string? refusal)
    {
        var identity = await _cluster.JoinAsync("attic");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(hours));
        await _cluster.AbortOrchestratorAsync(services => services.AddSingleton<TimeProvider>(clock));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var old = identity.Certificate.GetECDsaPrivateKey()!;
        var csr = WorkerRequest.Create(key);
        var request = new RenewRequest
        {
            Name = "attic",
            CertificateRequest = ByteString.CopyFrom(csr),
            At = Timestamp.FromDateTimeOffset(clock.GetUtcNow()),
            Signature = ByteString.CopyFrom(RenewalProof.Sign(old, "attic", csr, _cluster.Authority!.Fingerprint, clock.GetUtcNow())),
        };
        var renewing = _cluster.Part<NodeEnrolment>().RenewAsync(request, IPAddress.Loopback);
        if (refusal is null)
            Assert.NotEmpty((await renewing).Certificate);
        else
            Assert.Equal(refusal, Reason(await Assert.ThrowsAsync<RpcException>(() => renewing)));
    }

    [Fact]
    public async Task Another_key_or_an_old_signature_renews_nothing()
    {
        var identity = await _cluster.JoinAsync("attic");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var old = identity.Certificate.GetECDsaPrivateKey()!;
        var csr = WorkerRequest.Create(key);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (signer, name, at) in new[] { (key, "attic", now), (old, "cellar", now), (old, "attic", now.AddHours(-1)), (old, "attic", now.AddHours(1)) })
        {
            var request = new RenewRequest
            {
                Name = name,
                CertificateRequest = ByteString.CopyFrom(csr),
                At = Timestamp.FromDateTimeOffset(at),
                Signature = ByteString.CopyFrom(RenewalProof.Sign(signer, name, csr, _cluster.Authority!.Fingerprint, at)),
            };
            Assert.Equal("JOIN_REFUSED", Reason(await Assert.ThrowsAsync<RpcException>(() => _cluster.Part<NodeEnrolment>().RenewAsync(request, IPAddress.Loopback))));
        }
    }

    [Fact]
    public async Task Removing_a_worker_cuts_its_stream_and_revokes_it()
    {
        var identity = await _cluster.JoinAsync("attic");
        var worker = await _cluster.AddWorkerAsync(identity);
        await _cluster.Connection.Cluster.RemoveWorkerAsync(new RemoveWorkerRequest { Name = "attic" });
        var ended = await Assert.ThrowsAsync<WorkerRefusedException>(() => worker.RunAsync(default));
        Assert.Contains("worker 'attic' was removed", ended.Message, StringComparison.Ordinal);
        Assert.Equal("WORKER_REMOVED", await RefusalAsync(identity.Certificate));
        var again = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.AddWorkerAsync(identity));
        Assert.Contains("let it join with a new token", again.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<WorkerRefusedException>(() => Joining.RenewAsync(identity, _cluster.Url, TimeProvider.System, default));

        // Also after a restart; with a new token it is back.
        await _cluster.RestartOrchestratorAsync();
        Assert.Equal("WORKER_REMOVED", await RefusalAsync(identity.Certificate));
        var anew = await _cluster.JoinAsync("attic");
        await _cluster.AddWorkerAsync(anew);
        Assert.Equal(WorkerInfo.Types.Status.Ready, await _cluster.StatusAsync("attic"));
        Assert.Equal("CERTIFICATE_WRONG", await RefusalAsync(identity.Certificate));
    }

    [Fact]
    public async Task A_worker_that_is_not_here_can_be_removed_too()
    {
        var identity = await _cluster.JoinAsync("attic");
        await _cluster.RestartOrchestratorAsync();
        await _cluster.Connection.Cluster.RemoveWorkerAsync(new RemoveWorkerRequest { Name = "attic" });
        Assert.Equal("WORKER_REMOVED", await RefusalAsync(identity.Certificate));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await _cluster.JoinAsync("attic");
        using var other = CertificateAuthority.Create(TimeProvider.System.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = X509CertificateLoader.LoadCertificate(
            other.IssueWorker(WorkerRequest.TryRead(WorkerRequest.Create(key))!, "attic", TimeProvider.System.GetUtcNow(), Usual));
        using var keyed = bare.CopyWithPrivateKey(key);
        Assert.Equal("CERTIFICATE_WRONG", await RefusalAsync(keyed));
        Assert.Equal("TOKEN_MISSING", await RefusalAsync(null));
    }

    [Fact]
    public async Task A_worker_that_joined_comes_back_after_a_restart_of_the_orchestrator()
    {
        await _cluster.AddWorkerAsync(await _cluster.JoinAsync("attic"));
        await _cluster.RestartOrchestratorAsync();
        await UntilAsync(async () => (await _cluster.Connection.Cluster.ListWorkersAsync(new ListWorkersRequest())).Workers.Any(
            w => w is { Name: "attic", Status: WorkerInfo.Types.Status.Ready }));
    }

    private static string Folder(NodeIdentity identity) => identity.Folder;

    private static string? Reason(RpcException e) => e.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    private static Task UntilAsync(Func<bool> reached) => UntilAsync(() => Task.FromResult(reached()));

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await reached())
            await Task.Delay(20, patience.Token);
    }

    /// <summary>What a call with a certificate and without a token is refused with.</summary>
    private async Task<string?> RefusalAsync(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { SslOptions = ServerTrust.Options(_cluster.Url, _cluster.Authority, certificate) };
        using var channel = GrpcChannel.ForAddress(_cluster.Url, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        using var call = new WorkerService.WorkerServiceClient(channel).Session();
        return Reason(await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default)));
    }
}
