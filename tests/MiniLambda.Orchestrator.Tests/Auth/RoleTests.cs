using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using Xunit.Abstractions;
using Role = MiniLambda.Contracts.V1.Role;

namespace MiniLambda.Orchestrator.Tests.Auth;

/// <summary>Every RPC with every kind of caller, over the wire.</summary>
[Trait("Category", "Roles")]
[Trait("Category", "Attack")]
public sealed class RoleTests(RoleTests.Callers callers, ITestOutputHelper output) : IClassFixture<RoleTests.Callers>
{
    /// <summary>
    /// Who may call what, written out: a reader, submitter, operator or admin of one tenant (r s o a), one over all tenants (R S O A), the orchestrator's
    /// own token (C), a node by its certificate (W), anybody without credentials (N).
    /// </summary>
    private const string Expected = """
        AccessService/WhoAmI             r s o a  R S O A  C
        AccessService/CreateToken              a        A  C
        AccessService/ListTokens               a        A  C
        AccessService/RevokeToken              a        A  C
        AccessService/CreateJoinToken                   A  C
        AccessService/ListJoinTokens                    A  C
        AccessService/RevokeJoinToken                   A  C
        AuditService/Read                               A  C
        AuditService/Verify                             A  C
        BlobService/Upload                 s o a    S O A  C  W
        BlobService/Download             r s o a  R S O A  C  W
        BlobService/Stat                 r s o a  R S O A  C  W
        ClusterService/Info              r s o a  R S O A  C
        ClusterService/ListWorkers       r s o a  R S O A  C
        ClusterService/GetWorker         r s o a  R S O A  C
        ClusterService/DrainWorker                    O A  C
        ClusterService/ResumeWorker                   O A  C
        ClusterService/RemoveWorker                   O A  C
        EnrolmentService/GetAuthority    r s o a  R S O A  C  W  N
        EnrolmentService/Join            r s o a  R S O A  C  W  N
        EnrolmentService/Renew           r s o a  R S O A  C  W  N
        EventService/Watch               r s o a  R S O A  C
        FunctionService/Push                 o a      O A  C
        FunctionService/Get              r s o a  R S O A  C
        FunctionService/List             r s o a  R S O A  C
        FunctionService/Delete               o a      O A  C
        JobService/Submit                  s o a    S O A  C
        JobService/Invoke                  s o a    S O A  C
        JobService/SubmitBatch             s o a    S O A  C
        JobService/Get                   r s o a  R S O A  C
        JobService/List                  r s o a  R S O A  C
        JobService/Cancel                  s o a    S O A  C
        JobService/Retry                     o a      O A  C
        JobService/Remove                    o a      O A  C
        JobService/CancelMatching          s o a    S O A  C
        JobService/RedriveMatching           o a      O A  C
        JobService/PurgeMatching             o a      O A  C
        JobService/Explain               r s o a  R S O A  C
        JobService/Watch                 r s o a  R S O A  C
        JobService/Logs                  r s o a  R S O A  C
        JobService/Result                r s o a  R S O A  C
        JobService/Input                 r s o a  R S O A  C
        SecretService/Set                    o a      O A  C
        SecretService/List                   o a      O A  C
        SecretService/Delete                 o a      O A  C
        WorkerService/Session                              C  W
        """;

    private const string Package = "/minilambda.v1.";

    internal static readonly Dictionary<string, string> May = Expected.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[0], words => string.Concat(words[1..]));

    public static TheoryData<string> EveryRpc => [.. RawCall.All];

    [Fact]
    public void The_table_has_every_rpc_of_the_contracts_and_is_printed()
    {
        Assert.Equal(RawCall.All.Order(), May.Keys.Order());
        Assert.Equal(RawCall.All.Order(), AccessRules.Paths.Where(p => p.StartsWith(Package, StringComparison.Ordinal)).Select(p => p[Package.Length..]).Order());
        output.WriteLine($"{"rpc",-32} {string.Join(' ', "reader submit. oper. admin READER SUBMIT. OPER. ADMIN cluster worker nobody".Split(' ').Select(w => $"{w,-7}"))}");
        foreach (var (rpc, may) in May)
            output.WriteLine($"{rpc,-32} {string.Join(' ', "rsoaRSOACWN".Select(c => $"{(may.Contains(c, StringComparison.Ordinal) ? "yes" : "-"),-7}"))}");
        output.WriteLine("small: of one tenant; LARGE: over all tenants; cluster: the orchestrator's own token; worker: by certificate");
    }

    [Theory]
    [MemberData(nameof(EveryRpc))]
    public async Task Each_role_may_call_what_the_table_says_and_nothing_else(string rpc)
    {
        foreach (var (letter, token) in callers.Tokens)
        {
            var (status, reason) = await RawCall.MakeAsync(callers.Url, rpc, $"Bearer {token}");
            var isRefused = (status, reason) == (StatusCode.PermissionDenied, "ROLE_FORBIDDEN");
            Assert.True(
                isRefused == !May[rpc].Contains(letter, StringComparison.Ordinal) && status != StatusCode.Unauthenticated, $"{rpc} as {letter}: {status} {reason}");
        }
    }

    [Theory]
    [MemberData(nameof(EveryRpc))]
    public void A_node_may_call_what_the_table_says_and_nothing_else(string rpc) => Assert.Equal(
        May[rpc].Contains('W', StringComparison.Ordinal),
        AccessRules.Find($"/minilambda.v1.{rpc}")!.Allows(new Caller("worker:attic", Domain.Access.Role.Worker, null)));

    [Theory]
    [MemberData(nameof(EveryRpc))]
    public async Task Without_a_good_token_nothing_is_called_but_what_needs_none(string rpc)
    {
        foreach (var (authorization, reason) in callers.Bad)
        {
            foreach (var sendsAnything in new[] { true, false })
            {
                // Before anything of the call is read.
                if (May[rpc].Contains('N', StringComparison.Ordinal) && !sendsAnything)
                    continue;
                var answer = await RawCall.MakeAsync(callers.Url, rpc, authorization, sendsAnything);
                if (May[rpc].Contains('N', StringComparison.Ordinal))
                    Assert.NotEqual(StatusCode.Unauthenticated, answer.Status);
                else
                    Assert.Equal((StatusCode.Unauthenticated, reason), answer);
            }
        }
    }

    [Fact]
    public void Nothing_is_served_that_has_no_rule()
    {
        static Endpoint Mirror(string rpc) => new(null, new EndpointMetadataCollection(new RpcCounterpart(rpc)), rpc);
        Assert.Equal(AccessRules.Find("/minilambda.v1.JobService/Submit"), AccessRules.Of(Mirror("minilambda.v1.JobService/Submit")));
        AccessRules.DemandAll([Mirror("minilambda.v1.JobService/Submit"), new Endpoint(null, null, "of no rpc")]);
        var told = Assert.Throws<InvalidOperationException>(() => AccessRules.DemandAll([Mirror("minilambda.v1.JobService/Nothing")]));
        Assert.Contains("minilambda.v1.JobService/Nothing", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_not_there_is_refused_as_that_only_to_those_who_may_know()
    {
        Assert.Equal((StatusCode.Unimplemented, "NOT_FOUND"), await RawCall.MakeAsync(callers.Url, "JobService/Nothing", $"Bearer {callers.Tokens['r']}"));
        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_MISSING"), await RawCall.MakeAsync(callers.Url, "JobService/Nothing", null));
    }

    /// <summary>An orchestrator with a token of every kind.</summary>
    public sealed class Callers : IAsyncLifetime
    {
        private static readonly CompositeFormat Bearer = CompositeFormat.Parse("Bearer {0}");
        private TestCluster _cluster = null!;

        public Uri Url => _cluster.Url;

        internal TestCluster Cluster => _cluster;

        public Dictionary<char, string> Tokens { get; } = [];

        /// <summary>What an Authorization header may hold that is no good, and the reason it is refused with.</summary>
        public List<(string? Authorization, string Reason)> Bad { get; } = [];

        public async Task InitializeAsync()
        {
            _cluster = await TestCluster.StartAsync(static options =>
            {
                options.FreeAttempts = int.MaxValue;
                options.TenantTokens["photos"] = "photos-own";
            });
            foreach (var (role, letter) in new[] { (Role.Reader, 'r'), (Role.Submitter, 's'), (Role.Operator, 'o'), (Role.Admin, 'a') })
            {
                Tokens[letter] = (await MakeAsync(role, "photos")).Secret;
                Tokens[char.ToUpperInvariant(letter)] = (await MakeAsync(role, "")).Secret;
            }

            Tokens['C'] = _cluster.Token;
            var revoked = await MakeAsync(Role.Admin, "");
            await _cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = revoked.Token.Id });
            var (good, expired) = (Tokens['A'], await ExpiredAsync());
            Bad.Add((null, "TOKEN_MISSING"));
            foreach (var wrong in new[] { "", "wrong", good + "x", good[..^1], good[..16], $"{good[..^1]}{(good[^1] == 'a' ? 'b' : 'a')}", $"{_cluster.Token}x" })
                Bad.Add((string.Format(CultureInfo.InvariantCulture, Bearer, wrong), "TOKEN_WRONG"));
            // One id with another's secret, and a token of an orchestrator that is not this one.
            Bad.Add(($"Bearer {Tokens['r'][..17]}{good[17..]}", "TOKEN_WRONG"));
            Bad.Add(($"Bearer {Trust.Tokens.TokenText.Create().Text}", "TOKEN_WRONG"));
            Bad.Add(($"Basic {good}", "TOKEN_WRONG"));
            Bad.Add((good, "TOKEN_WRONG"));
            Bad.Add(($"Bearer {revoked.Secret}", "TOKEN_REVOKED"));
            Bad.Add(($"Bearer {expired}", "TOKEN_EXPIRED"));
        }

        public async Task DisposeAsync() => await _cluster.DisposeAsync();

        private async Task<CreateTokenResponse> MakeAsync(Role role, string tenant) => await _cluster.Connection.Access.CreateTokenAsync(
            new CreateTokenRequest { Role = role, Tenant = tenant, Ttl = Duration.FromTimeSpan(TimeSpan.FromHours(1)) });

        // Made as one that had ended already, which no call makes.
        private async Task<string> ExpiredAsync()
        {
            var now = TimeProvider.System.GetUtcNow();
            var made = await _cluster.Part<TokenBook>().CreateAsync(
                id => new Domain.Access.TokenRecord(id, Domain.Access.Role.Admin, null, [], "", now.AddDays(-1), "cluster", now.AddHours(-1), null, null), default);
            return made!.Value.Text;
        }
    }
}
