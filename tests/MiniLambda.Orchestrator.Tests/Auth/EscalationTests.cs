using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Auth;

/// <summary>No token makes, sees or ends one that may do more than itself.</summary>
[Trait("Category", "Attack")]
public sealed class EscalationTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_tenants_admin_makes_tokens_only_of_its_tenant()
    {
        using var admin = await ConnectAsync(new CreateTokenRequest { Role = Role.Admin, Tenant = "photos" });
        Assert.Equal("photos", (await admin.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Admin })).Token.Tenant);
        Assert.Equal("photos", (await admin.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader, Tenant = "photos" })).Token.Tenant);
        await ForbiddenAsync(admin, new CreateTokenRequest { Role = Role.Reader, Tenant = "other" });
    }

    [Fact]
    public async Task One_that_works_in_a_tenant_makes_tokens_of_that_tenant()
    {
        using var admin = new ClusterConnection(_cluster.Url, _cluster.Token, tenant: "photos");
        Assert.Equal("photos", (await admin.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Admin })).Token.Tenant);
        Assert.Equal("", (await _cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Admin })).Token.Tenant);
    }

    [Fact]
    public async Task A_tenants_admin_neither_sees_nor_revokes_tokens_of_others()
    {
        var (foreign, wide) = (await MakeAsync(new CreateTokenRequest { Role = Role.Reader, Tenant = "other" }), await MakeAsync(new CreateTokenRequest { Role = Role.Reader }));
        var own = await MakeAsync(new CreateTokenRequest { Role = Role.Admin, Tenant = "photos" });
        using var admin = new ClusterConnection(_cluster.Url, own.Secret);
        Assert.Equal([own.Token.Id], (await admin.Access.ListTokensAsync(new ListTokensRequest())).Tokens.Select(t => t.Id));
        foreach (var id in new[] { foreign.Token.Id, wide.Token.Id, "cluster" })
        {
            await ApiAssert.RefusedAsync(
                StatusCode.NotFound, "TOKEN_NOT_FOUND", async () => await admin.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = id }));
        }
    }

    [Fact]
    public async Task A_token_for_some_functions_makes_none_for_others()
    {
        using var admin = await ConnectAsync(new CreateTokenRequest { Role = Role.Admin, Functions = { "img-*", "thumbs" } });
        Assert.Equal(["img-*", "thumbs"], (await admin.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader })).Token.Functions);
        Assert.Equal(["img-a*"], (await admin.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader, Functions = { "img-a*" } })).Token.Functions);
        await ForbiddenAsync(admin, new CreateTokenRequest { Role = Role.Reader, Functions = { "*" } });
        await ForbiddenAsync(admin, new CreateTokenRequest { Role = Role.Reader, Functions = { "img-a", "th*" } });
    }

    [Fact]
    public async Task A_token_makes_none_that_outlives_it()
    {
        var own = await MakeAsync(new CreateTokenRequest { Role = Role.Admin, Ttl = Duration.FromTimeSpan(TimeSpan.FromHours(1)) });
        using var admin = new ClusterConnection(_cluster.Url, own.Secret);
        Assert.Equal(own.Token.ExpiresAt, (await admin.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader })).Token.ExpiresAt);
        Assert.True((await admin.Access.CreateTokenAsync(
            new CreateTokenRequest { Role = Role.Reader, Ttl = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)) })).Token.ExpiresAt < own.Token.ExpiresAt);
        await ForbiddenAsync(admin, new CreateTokenRequest { Role = Role.Reader, Ttl = Duration.FromTimeSpan(TimeSpan.FromHours(2)) });
    }

    [Theory]
    [InlineData(0, "", "", "", 60, "a token's role is reader, submitter, operator or admin")]
    [InlineData(9, "", "", "", 60, "a token's role is reader, submitter, operator or admin")]
    [InlineData(1, "No Tenant", "", "", 60, "'No Tenant' is not a tenant's name")]
    [InlineData(1, "", "a b", "", 60, "'a b' is not a function's name in which * stands for any characters")]
    [InlineData(1, "", "", "long", 60, "a description has at most 200 characters")]
    [InlineData(1, "", "", "", 59, "a token lives from 1m to 3650d, not 59s")]
    [InlineData(1, "", "", "", -5, "a token lives from 1m to 3650d")]
    [InlineData(1, "", "", "", 315_360_001, "a token lives from 1m to 3650d")]
    public async Task What_a_token_cannot_be_is_told(int role, string tenant, string function, string description, long seconds, string problem)
    {
        var request = new CreateTokenRequest
        {
            Role = (Role)role,
            Tenant = tenant,
            Description = description == "long" ? new string('x', 201) : description,
            Ttl = new Duration { Seconds = seconds },
        };
        if (function.Length > 0)
            request.Functions.Add(function);
        var told = await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () => await MakeAsync(request));
        Assert.StartsWith(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_life_that_is_no_duration_is_refused() => ApiAssert.RefusedAsync(
        StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE",
        async () => await MakeAsync(new CreateTokenRequest { Role = Role.Reader, Ttl = new Duration { Seconds = long.MaxValue, Nanos = -7 } }));

    private static Task<string> ForbiddenAsync(ClusterConnection connection, CreateTokenRequest request) => ApiAssert.RefusedAsync(
        StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await connection.Access.CreateTokenAsync(request));

    private async Task<CreateTokenResponse> MakeAsync(CreateTokenRequest request) => await _cluster.Connection.Access.CreateTokenAsync(request);

    private async Task<ClusterConnection> ConnectAsync(CreateTokenRequest request) => new(_cluster.Url, (await MakeAsync(request)).Secret);
}
