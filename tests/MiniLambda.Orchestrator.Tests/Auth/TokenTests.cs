using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Tests.Auth;

[Trait("Category", "Attack")]
public sealed class TokenTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(static options => options.TenantTokens["photos"] = "photos-own");

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Who_does_not_speak_grpc_is_refused_with_a_problem()
    {
        foreach (var (token, reason, status) in new[] { (null, "TOKEN_MISSING", 401), ("wrong", "TOKEN_WRONG", 401), (_cluster.Token, "NOT_FOUND", 404) })
        {
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_cluster.Url, "nothing")) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request);
            var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal(
                (status, "application/problem+json", reason, status),
                ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, problem.GetProperty("reason").GetString(), problem.GetProperty("status").GetInt32()));
            Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Count > 0);
        }
    }

    [Fact]
    public async Task A_token_says_who_it_is_until_it_is_revoked_and_stands_over_a_restart()
    {
        var made = await MakeAsync(_cluster.Connection, Role.Submitter, "photos", ["img-*"], TimeSpan.FromDays(30));
        await _cluster.RestartOrchestratorAsync();
        using var connection = new ClusterConnection(_cluster.Url, made.Secret);
        var identity = await connection.Access.WhoAmIAsync(new WhoAmIRequest());
        Assert.Equal((made.Token.Id, Role.Submitter, "photos", "img-*"), (identity.TokenId, identity.Role, identity.Tenant, Assert.Single(identity.Functions)));
        Assert.Equal(made.Token.ExpiresAt, identity.ExpiresAt);

        var revoked = await _cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = made.Token.Id });
        Assert.NotNull(revoked.RevokedAt);
        await ApiAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_REVOKED", async () => await connection.Access.WhoAmIAsync(new WhoAmIRequest()));
        Assert.Equal(revoked.RevokedAt, (await _cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = made.Token.Id })).RevokedAt);
        await _cluster.RestartOrchestratorAsync();
        await ApiAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_REVOKED", async () => await connection.Access.WhoAmIAsync(new WhoAmIRequest()));
    }

    [Fact]
    public async Task The_tokens_of_files_are_listed_first_and_end_with_their_file()
    {
        var made = await MakeAsync(_cluster.Connection, Role.Reader);
        var listed = (await _cluster.Connection.Access.ListTokensAsync(new ListTokensRequest())).Tokens;
        Assert.Equal(
            [("cluster", Role.Admin, ""), ("tenant-photos", Role.Operator, "photos"), (made.Token.Id, Role.Reader, "")],
            listed.Select(t => (t.Id, t.Role, t.Tenant)));
        foreach (var id in new[] { "cluster", "tenant-photos" })
        {
            var told = await ApiAssert.RefusedAsync(
                StatusCode.FailedPrecondition, "TOKEN_OF_FILE",
                async () => await _cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = id }));
            Assert.Contains("replace DATA/t", told, StringComparison.Ordinal);
        }

        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "TOKEN_NOT_FOUND", async () => await _cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = "nobody" }));
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_with_last_use_to_the_minute()
    {
        for (var i = 0; i < 4; i++)
            await MakeAsync(_cluster.Connection, Role.Reader);
        var (seen, page) = (new List<string>(), "");
        do
        {
            var response = await _cluster.Connection.Access.ListTokensAsync(new ListTokensRequest { PageSize = 2, PageToken = page });
            seen.AddRange(response.Tokens.Select(t => t.Id));
            page = response.NextPageToken;
        }
        while (page.Length > 0);
        Assert.Equal((6, 6), (seen.Count, seen.Distinct().Count()));
        await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "PAGE_TOKEN_INVALID",
            async () => await _cluster.Connection.Access.ListTokensAsync(new ListTokensRequest { PageToken = "nobody" }));

        var own = (await _cluster.Connection.Access.ListTokensAsync(new ListTokensRequest { PageSize = 1 })).Tokens[0];
        Assert.Equal((0, 0), (own.LastUsedAt.Seconds % 60, own.LastUsedAt.Nanos));
    }

    [Fact]
    public async Task Last_use_outlives_a_restart()
    {
        var made = await MakeAsync(_cluster.Connection, Role.Reader);
        Assert.Null((await FindAsync(made.Token.Id)).LastUsedAt);
        using (var connection = new ClusterConnection(_cluster.Url, made.Secret))
            await connection.Access.WhoAmIAsync(new WhoAmIRequest());
        var used = (await FindAsync(made.Token.Id)).LastUsedAt;
        Assert.NotNull(used);
        await _cluster.RestartOrchestratorAsync();
        Assert.Equal(used, (await FindAsync(made.Token.Id)).LastUsedAt);
    }

    [Fact]
    public async Task What_a_token_has_open_ends_when_it_is_revoked()
    {
        await _cluster.PushAsync("hello", "exits_with_3");
        // Nobody takes it: its log can be followed for ever.
        var job = (await _cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = "hello" })).Job;
        var made = await MakeAsync(_cluster.Connection, Role.Submitter);
        using var connection = new ClusterConnection(_cluster.Url, made.Secret);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var logs = connection.Jobs.Logs(new JobLogsRequest { Id = job.Id, Follow = true });
        using var watch = connection.Jobs.Watch(new WatchJobsRequest { Ids = { job.Id }, AfterRevision = job.Revision });
        using var events = connection.Events.Watch(new WatchEventsRequest { Follow = true, OnlyNew = true });
        using var batch = connection.Jobs.SubmitBatch();
        using var upload = connection.Blobs.Upload();
        await upload.RequestStream.WriteAsync(new UploadBlobRequest { Header = new BlobHeader { Digest = new string('0', 64), Size = 5 } });
        var invoked = connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "hello" }).ResponseAsync;
        await logs.ResponseHeadersAsync;
        await events.ResponseStream.MoveNext(patience.Token);
        await batch.RequestStream.WriteAsync(new SubmitJobRequest { Function = "hello" });
        await batch.ResponseStream.MoveNext(patience.Token);
        // As 'logs -f' reads it: it must not come back on its own.
        var followed = ReadAsync(connection.Jobs.LogsAsync(job.Id, follow: true, patience.Token));

        await _cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = made.Token.Id });
        foreach (var ended in new Func<Task>[]
        {
            () => ReadAsync(logs.ResponseStream.ReadAllAsync(patience.Token)), () => ReadAsync(watch.ResponseStream.ReadAllAsync(patience.Token)),
            () => ReadAsync(events.ResponseStream.ReadAllAsync(patience.Token)), () => ReadAsync(batch.ResponseStream.ReadAllAsync(patience.Token)),
            () => upload.ResponseAsync, () => invoked, () => followed,
        })
        {
            await ApiAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_REVOKED", ended);
        }
    }

    [Fact]
    public async Task What_a_token_has_open_ends_when_it_expires()
    {
        var now = TimeProvider.System.GetUtcNow();
        var made = await _cluster.Part<TokenBook>().CreateAsync(
            id => new Domain.Access.TokenRecord(id, Domain.Access.Role.Reader, null, [], "", now, "cluster", now.AddSeconds(3), null, null), default);
        using var connection = new ClusterConnection(_cluster.Url, made!.Value.Text);
        using var events = connection.Events.Watch(new WatchEventsRequest { Follow = true });
        await ApiAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_EXPIRED", () => ReadAsync(events.ResponseStream.ReadAllAsync()));
        await ApiAssert.RefusedAsync(StatusCode.Unauthenticated, "TOKEN_EXPIRED", async () => await connection.Access.WhoAmIAsync(new WhoAmIRequest()));
    }

    [Fact]
    public async Task A_token_of_a_file_serves_workers_and_no_made_one_does()
    {
        var admin = await MakeAsync(_cluster.Connection, Role.Admin);
        await _cluster.AddWorkerAsync("attic");
        Assert.Equal(WorkerInfo.Types.Status.Ready, await _cluster.StatusAsync("attic"));
        Assert.Equal((StatusCode.PermissionDenied, "ROLE_FORBIDDEN"), await RawCall.MakeAsync(_cluster.Url, "WorkerService/Session", $"Bearer {admin.Secret}"));
    }

    [Fact]
    public async Task A_workers_session_ends_with_what_it_was_opened_by()
    {
        await using var worker = await Sessions.HandWorker.DialAsync(_cluster, "attic");
        _cluster.Part<TokenBook>().All.Single(t => t.Record.Id == "cluster").Revoke(TimeProvider.System.GetUtcNow());
        var refusal = await Assert.ThrowsAsync<RpcException>(() => worker.NextAsync(static _ => false));
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        Assert.Contains("revoked", refusal.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<CreateTokenResponse> MakeAsync(
        ClusterConnection connection, Role role, string tenant = "", string[]? functions = null, TimeSpan? life = null) => await connection.Access.CreateTokenAsync(
            new CreateTokenRequest { Role = role, Tenant = tenant, Functions = { functions ?? [] }, Ttl = life?.ToDuration() });

    private static async Task ReadAsync<T>(IAsyncEnumerable<T> stream)
    {
        await foreach (var _ in stream)
        {
        }
    }

    private async Task<AccessToken> FindAsync(string id) =>
        (await _cluster.Connection.Access.ListTokensAsync(new ListTokensRequest())).Tokens.Single(t => t.Id == id);
}
