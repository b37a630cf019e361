using System.Net;
using System.Net.Http.Headers;
using Google.Rpc;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Signing;
using MiniLambda.Trust.Tokens;

namespace MiniLambda.Orchestrator.Tests.Auth;

/// <summary>Requests that are signed with a token instead of bearing it, and what is done to them on their way.</summary>
[Trait("Category", "Attack")]
public sealed class SignedRequestTests : IAsyncLifetime, IDisposable
{
    private const string Info = "/minilambda.v1.ClusterService/Info";
    private static readonly byte[] Empty = [0, 0, 0, 0, 0];

    // An empty message with a field that nobody knows.
    private static readonly byte[] Other = [0, 0, 0, 0, 3, 0xf8, 0x7f, 1];

    private readonly HttpClient _http = new();
    private TestCluster _cluster = null!;
    private string _token = "";
    private int _nonces;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        _token = (await _cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Reader })).Secret;
    }

    public void Dispose() => _http.Dispose();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Calls_work_without_the_token_on_the_wire_and_as_it_is_allowed()
    {
        using var signed = new ClusterConnection(_cluster.Url, _token, sign: true);
        Assert.Equal(TokenText.IdOf(_token), (await signed.Access.WhoAmIAsync(new WhoAmIRequest())).TokenId);
        Assert.Empty((await signed.Jobs.ListAsync(new ListJobsRequest())).Jobs);
        await ApiAssert.RefusedAsync(
            StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await signed.Jobs.SubmitAsync(new SubmitJobRequest { Function = "f" }));
        // One message to the orchestrator is a whole body, however many come back.
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "JOB_NOT_FOUND", async () =>
        {
            await foreach (var _ in signed.Jobs.Logs(new JobLogsRequest { Id = "j-0000000000000" }).ResponseStream.ReadAllAsync())
            {
            }
        });
    }

    [Fact]
    public async Task The_tokens_of_files_sign_too()
    {
        using var signed = new ClusterConnection(_cluster.Url, _cluster.Token, sign: true);
        Assert.Equal("cluster", (await signed.Access.WhoAmIAsync(new WhoAmIRequest())).TokenId);
    }

    [Fact]
    public async Task A_call_that_streams_to_the_orchestrator_cannot_be_signed_and_says_so()
    {
        using var signed = new ClusterConnection(_cluster.Url, _cluster.Token, sign: true);
        var told = await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "SIGNATURE_OF_STREAM", () => signed.Blobs.UploadAsync(new MemoryStream([1, 2, 3]), default));
        Assert.Contains("cannot be signed", told, StringComparison.Ordinal);
        using var request = Request("/minilambda.v1.JobService/SubmitBatch", Empty, token: _cluster.Token);
        Assert.Equal("SIGNATURE_OF_STREAM", await ReasonAsync(request));
    }

    [Fact]
    public async Task What_was_signed_is_taken()
    {
        using var request = Request(Info, Empty);
        Assert.Equal("", await ReasonAsync(request));
    }

    [Fact]
    public async Task A_replay_is_refused()
    {
        var nonce = NewNonce();
        using (var first = Request(Info, Empty, nonce: nonce))
            Assert.Equal("", await ReasonAsync(first));
        using var second = Request(Info, Empty, nonce: nonce);
        Assert.Equal("SIGNATURE_REPLAYED", await ReasonAsync(second));
    }

    [Theory]
    [InlineData(-6)]
    [InlineData(6)]
    public async Task A_time_more_than_five_minutes_off_is_refused(int minutes)
    {
        using var request = Request(Info, Empty, off: TimeSpan.FromMinutes(minutes));
        Assert.Equal("SIGNATURE_STALE", await ReasonAsync(request));
    }

    [Fact]
    public async Task Another_body_is_refused()
    {
        using var request = Request(Info, Empty);
        request.Content = Content(Other);
        Assert.Equal("SIGNATURE_BODY_CHANGED", await ReasonAsync(request));
    }

    [Theory]
    [InlineData("/minilambda.v1.ClusterService/ListWorkers")]
    [InlineData("/minilambda.v1.ClusterService/Info?a=b")]
    public async Task Another_path_or_query_is_refused(string path)
    {
        using var request = Request(Info, Empty);
        request.RequestUri = new Uri(_cluster.Url, path);
        Assert.Equal("TOKEN_WRONG", await ReasonAsync(request));
    }

    [Theory]
    [InlineData(null, "music", "SIGNATURE_HEADER_CHANGED")]
    [InlineData("photos", null, "SIGNATURE_HEADER_CHANGED")]
    [InlineData("photos", "photos music", "TOKEN_WRONG")]
    [InlineData("photos", "music", "TOKEN_WRONG")]
    [InlineData("photos", "photos", "")]
    public async Task Who_stands_on_the_way_puts_no_signed_request_into_another_tenant(string? signed, string? sent, string reason)
    {
        using var request = Request(Info, Empty, tenant: signed);
        request.Headers.Remove(TenantHeader.Name);
        foreach (var tenant in sent?.Split(' ') ?? [])
            request.Headers.TryAddWithoutValidation(TenantHeader.Name, tenant);
        Assert.Equal(reason, await ReasonAsync(request));
    }

    [Theory]
    [InlineData("Idempotency-Key", "k")]
    [InlineData("minilambda-overrides", "{\"args\":[\"other\"]}")]
    public async Task Nor_does_it_add_what_changes_what_a_request_does(string header, string value)
    {
        using var request = Request(Info, Empty);
        request.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal("SIGNATURE_HEADER_CHANGED", await ReasonAsync(request));
    }

    [Fact]
    public async Task A_signed_call_works_in_the_tenant_that_it_names()
    {
        using var signed = new ClusterConnection(_cluster.Url, _token, sign: true, tenant: "photos");
        Assert.Equal("photos", (await signed.Cluster.InfoAsync(new ClusterInfoRequest())).Tenant);
    }

    [Fact]
    public async Task Another_tokens_id_is_refused_whether_it_is_there_or_not()
    {
        var other = (await _cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Admin })).Token.Id;
        foreach (var id in new[] { other, "nobody", "cluster" })
        {
            using var request = Request(Info, Empty);
            var input = request.Headers.GetValues("Signature-Input").Single();
            request.Headers.Remove("Signature-Input");
            request.Headers.TryAddWithoutValidation("Signature-Input", input.Replace(TokenText.IdOf(_token), id, StringComparison.Ordinal));
            Assert.Equal("TOKEN_WRONG", await ReasonAsync(request));
        }
    }

    [Fact]
    public async Task A_revoked_token_signs_nothing_more()
    {
        await _cluster.Connection.Access.RevokeTokenAsync(new RevokeTokenRequest { Id = TokenText.IdOf(_token) });
        using var request = Request(Info, Empty);
        Assert.Equal("TOKEN_REVOKED", await ReasonAsync(request));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_held()
    {
        var body = new byte[(4 << 20) + 6];
        using var request = Request(Info, body);
        Assert.Equal("SIGNED_BODY_TOO_LARGE", await ReasonAsync(request));
    }

    [Fact]
    public async Task Who_bears_a_token_and_a_signature_that_is_none_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_cluster.Url, Info)) { Content = Content(Empty) };
        request.Headers.TryAddWithoutValidation("Signature-Input", "garbage");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        Assert.Equal("SIGNATURE_MALFORMED", await ReasonAsync(request));
    }

    private string NewNonce() => $"nonce-of-this-test-{_nonces++}";

    private HttpRequestMessage Request(string path, byte[] body, TimeSpan off = default, string? nonce = null, string? token = null, string? tenant = null)
    {
        string? header(string name) => name == TenantHeader.Name ? tenant : null;
        token ??= _token;
        var id = TokenText.IdOf(token);
        var (digest, input, signature) = RequestSignature.Sign(
            id, TokenText.Verifier(id, token), "POST", path, body, TimeProvider.System.GetUtcNow() + off, nonce ?? NewNonce(), header);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_cluster.Url, path)) { Content = Content(body) };
        foreach (var (name, value) in new[] { ("Content-Digest", digest), ("Signature-Input", input), ("Signature", signature) })
            request.Headers.TryAddWithoutValidation(name, value);
        if (tenant is not null)
            request.Headers.TryAddWithoutValidation(TenantHeader.Name, tenant);
        return request;
    }

    private static ByteArrayContent Content(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return content;
    }

    /// <summary>The reason of the refusal; empty when the call was done.</summary>
    private async Task<string> ReasonAsync(HttpRequestMessage request)
    {
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        using var response = await _http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var all = response.Headers.Concat(response.TrailingHeaders).ToDictionary(h => h.Key, h => h.Value.First());
        if (all["grpc-status"] == "0")
            return "";
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(all["grpc-status-details-bin"]));
        return status.GetDetail<ErrorInfo>().Reason;
    }
}
