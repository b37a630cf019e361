using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Joining;
using MiniLambda.Trust.Links;
using MiniLambda.Worker.Session;

namespace MiniLambda.Orchestrator.Tests.Enrolment;

[Trait("Category", "Attack")]
public sealed class JoinTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(TestCluster.Secure);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_worker_joins_with_one_token_and_runs_jobs_over_mutual_tls()
    {
        var request = new CreateJoinTokenRequest { Labels = { ["room"] = "office" } };
        var identity = await _cluster.JoinAsync("attic", await _cluster.JoinTokenAsync(request));
        await _cluster.AddWorkerAsync(identity, options =>
        {
            options.Labels["room"] = "cellar";
            options.Labels["own"] = "yes";
        });
        await _cluster.PushAsync("echo", "echoes_stdin");
        var answer = await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", Input = ByteString.CopyFromUtf8("over tls") });
        Assert.Equal(("over tls", "attic"), (answer.Result.ToStringUtf8(), answer.Job.Worker));
        // What the token says of it wins over what it says itself.
        var labels = (await _cluster.WorkerAsync("attic")).Capabilities.Labels;
        Assert.Equal(("office", "yes"), (labels["room"], labels["own"]));
        Assert.Empty((await _cluster.Connection.Access.ListJoinTokensAsync(new ListJoinTokensRequest())).Tokens);
    }

    [Fact]
    public async Task A_token_serves_as_often_as_it_says()
    {
        var token = await _cluster.JoinTokenAsync(new CreateJoinTokenRequest { Uses = 2 });
        await _cluster.JoinAsync("one", token);
        await _cluster.JoinAsync("two", token);
        await AssertRefusedAsync("three", token);
    }

    [Fact]
    public async Task A_revoked_token_serves_no_more_and_who_joined_stays()
    {
        var token = await _cluster.JoinTokenAsync(new CreateJoinTokenRequest { Uses = 9 });
        var identity = await _cluster.JoinAsync("one", token);
        Assert.Equal(8, (await _cluster.Connection.Access.RevokeJoinTokenAsync(new RevokeJoinTokenRequest { Id = token.Id })).UsesLeft);
        await AssertRefusedAsync("two", token);
        await _cluster.AddWorkerAsync(identity);
        var again = await Assert.ThrowsAsync<ApiException>(
            () => _cluster.Connection.Access.RevokeJoinTokenAsync(new RevokeJoinTokenRequest { Id = token.Id }).ResponseAsync);
        Assert.Equal("TOKEN_NOT_FOUND", again.Reason);
    }

    [Fact]
    public async Task A_token_past_its_time_serves_no_more()
    {
        var token = await _cluster.JoinTokenAsync(new CreateJoinTokenRequest { Ttl = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)), Uses = 9 });
        _clock.SetUtcNow(TimeProvider.System.GetUtcNow().AddMinutes(6));
        await _cluster.AbortOrchestratorAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await AssertRefusedAsync("late", token);
    }

    [Fact]
    public async Task A_wrong_proof_is_answered_as_an_unknown_token_is()
    {
        var token = await _cluster.JoinTokenAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = WorkerRequest.Create(key);
        var proof = JoinProof.Compute(token.Key, token.Id, "attic", request, token.Authority);
        var right = new JoinRequest { TokenId = token.Id, Name = "attic", CertificateRequest = ByteString.CopyFrom(request), Proof = ByteString.CopyFrom(proof) };
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var refusals = new List<string>();
        foreach (var wrong in new Action<JoinRequest>[]
        {
            r => r.TokenId = "0000000000000000", r => r.Name = "cellar", r => r.Proof = ByteString.Empty,
            r => r.CertificateRequest = ByteString.CopyFrom(WorkerRequest.Create(other)),
        })
        {
            var changed = right.Clone();
            wrong(changed);
            var refusal = await Assert.ThrowsAsync<RpcException>(() => EnrolAsync(client => client.JoinAsync(changed)));
            refusals.Add($"{refusal.StatusCode} {Reason(refusal)} {refusal.Status.Detail}");
        }

        Assert.StartsWith("PermissionDenied JOIN_REFUSED", Assert.Single(refusals.Distinct()), StringComparison.Ordinal);
        Assert.NotEmpty((await EnrolAsync(client => client.JoinAsync(right))).Certificate);
    }

    [Fact]
    public async Task Who_fails_again_and_again_has_to_wait()
    {
        var request = new JoinRequest { TokenId = "none", Name = "attic", CertificateRequest = ByteString.CopyFrom(Request()), Proof = ByteString.CopyFromUtf8("none") };
        string? reason = null;
        for (var i = 0; i < 11; i++)
            reason = Reason(await Assert.ThrowsAsync<RpcException>(() => EnrolAsync(client => client.JoinAsync(request))));
        Assert.Equal("TOO_MANY_ATTEMPTS", reason);
    }

    [Fact]
    public async Task What_is_no_request_or_no_name_is_refused()
    {
        foreach (var (name, csr) in new[] { ("attic", new byte[10]), ("attic", new byte[100_000]), ("../attic", Request()), ("", Request()), (new string('a', 64), Request()) })
        {
            var request = new JoinRequest { TokenId = "none", Name = name, CertificateRequest = ByteString.CopyFrom(csr) };
            Assert.Equal("PROTOCOL_ERROR", Reason(await Assert.ThrowsAsync<RpcException>(() => EnrolAsync(client => client.JoinAsync(request)))));
        }
    }

    [Fact]
    public async Task The_name_of_a_worker_that_joined_is_its_own()
    {
        await _cluster.JoinAsync("attic");
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.JoinAsync("attic"));
        Assert.Contains("'attic' is the name of another worker", refusal.Message, StringComparison.Ordinal);
        var bearer = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.AddWorkerAsync("attic", options =>
        {
            options.Authority = _cluster.Authority!.Fingerprint.ToString();
            options.NameWait = TimeSpan.Zero;
        }));
        Assert.Contains("'attic' is the name of another worker", bearer.Message, StringComparison.Ordinal);
        // Nor is that of one that is here with the cluster's token.
        await _cluster.AddWorkerAsync("cellar", options => options.Authority = _cluster.Authority!.Fingerprint.ToString());
        await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.JoinAsync("cellar"));
    }

    [Fact]
    public async Task A_worker_is_whom_its_certificate_names()
    {
        var identity = await _cluster.JoinAsync("attic");
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.AddWorkerAsync(identity, options => options.Name = "cellar"));
        Assert.EndsWith("the certificate is of attic, not of 'cellar'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_administrator_has_workers_join()
    {
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            TestCluster.Secure(options);
            options.TenantTokens["a"] = "of-a";
        });
        using var tenant = cluster.Connect(cluster.Url, "of-a");
        var refusal = await Assert.ThrowsAsync<ApiException>(() => tenant.Access.CreateJoinTokenAsync(new CreateJoinTokenRequest()).ResponseAsync);
        Assert.Equal("ROLE_FORBIDDEN", refusal.Reason);
    }

    [Theory]
    [InlineData(59, 1, "")]
    [InlineData(31 * 24 * 3600, 1, "")]
    [InlineData(3600, -1, "")]
    [InlineData(3600, 10_001, "")]
    [InlineData(3600, 1, "http://attic.lan:7070")]
    [InlineData(3600, 1, "attic.lan")]
    public async Task What_no_token_may_be_is_refused(int seconds, int uses, string server)
    {
        var request = new CreateJoinTokenRequest { Ttl = new Duration { Seconds = seconds }, Uses = uses, Server = server };
        var refusal = await Assert.ThrowsAsync<ApiException>(() => _cluster.Connection.Access.CreateJoinTokenAsync(request).ResponseAsync);
        Assert.Equal("SETTING_OUT_OF_RANGE", refusal.Reason);
    }

    [Fact]
    public async Task Over_plain_text_nobody_joins()
    {
        await using var plain = await TestCluster.StartAsync();
        var refusal = await Assert.ThrowsAsync<ApiException>(() => plain.Connection.Access.CreateJoinTokenAsync(new CreateJoinTokenRequest()).ResponseAsync);
        Assert.Equal("NO_AUTHORITY", refusal.Reason);
        using var channel = GrpcChannel.ForAddress(plain.Url);
        Assert.Equal("NO_AUTHORITY", Reason(await Assert.ThrowsAsync<RpcException>(
            () => new EnrolmentService.EnrolmentServiceClient(channel).GetAuthorityAsync(new GetAuthorityRequest()).ResponseAsync)));
    }

    private static byte[] Request()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return WorkerRequest.Create(key);
    }

    private static string? Reason(RpcException e) => e.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    private async Task AssertRefusedAsync(string name, Trust.Joining.JoinToken token)
    {
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.JoinAsync(name, token));
        Assert.Contains("the join token is unknown, spent, over or revoked", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<WorkerCertificate> EnrolAsync(Func<EnrolmentService.EnrolmentServiceClient, AsyncUnaryCall<WorkerCertificate>> call)
    {
        var handler = new SocketsHttpHandler { SslOptions = ServerTrust.Options(_cluster.Url, _cluster.Authority, null) };
        using var channel = GrpcChannel.ForAddress(_cluster.Url, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        return await call(new EnrolmentService.EnrolmentServiceClient(channel));
    }
}
