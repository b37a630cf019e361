using System.Net;
using System.Text;
using MiniLambda.Domain.Blobs;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

public sealed class FunctionRouteTests(RestCluster rest) : IClassFixture<RestCluster>
{
    [Fact]
    public async Task A_module_alone_makes_a_function_and_later_ones_keep_its_manifest()
    {
        var first = await JsonAsync(HttpStatusCode.Created, PutAsync("/v1/functions/alone", Module("echoes_stdin")));
        Assert.Equal("name = \"alone\"\nmodule = \"alone.wasm\"\n", first.GetProperty("function").GetProperty("manifest").GetString());

        var manifest = "name = \"alone\"\ndescription = \"speaks\"\n";
        await JsonAsync(HttpStatusCode.Created, PutAsync("/v1/functions/alone/manifest", Encoding.UTF8.GetBytes(manifest)));
        using var third = await PutAsync("/v1/functions/alone", Module("exits_with_3"));
        Assert.Equal((HttpStatusCode.Created, "/v1/functions/alone/versions/3"), (third.StatusCode, third.Headers.Location!.ToString()));

        var newest = await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/functions/alone"));
        Assert.Equal((3, manifest), (newest.GetProperty("version").GetInt32(), newest.GetProperty("manifest").GetString()));
        var again = await JsonAsync(HttpStatusCode.OK, PutAsync("/v1/functions/alone", Module("exits_with_3")));
        Assert.False(again.GetProperty("created").GetBoolean());
        var versions = await JsonAsync(HttpStatusCode.OK, rest.GetAsync("/v1/functions/alone/versions?pageSize=2"));
        Assert.Equal([3, 2], versions.GetProperty("functions").EnumerateArray().Select(f => f.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task A_form_and_a_digest_make_the_same_version()
    {
        var (module, manifest) = (Module("echoes_stdin"), "name = \"formed\"\n[env]\nA = \"1\"\n");
        using var form = new MultipartFormDataContent { { new ByteArrayContent(module), "module", "x.wasm" }, { new StringContent(manifest), "manifest", "minilambda.toml" } };
        var formed = await JsonAsync(HttpStatusCode.Created, rest.SendAsync(HttpMethod.Post, "/v1/functions", form));
        Assert.Equal(manifest, formed.GetProperty("function").GetProperty("manifest").GetString());

        var digest = BlobDigest.Of(module).Hex;
        var json = System.Text.Json.JsonSerializer.Serialize(new { manifest, moduleDigest = digest });
        var named = await JsonAsync(HttpStatusCode.OK, rest.PostAsync("/v1/functions", json));
        Assert.Equal(1, named.GetProperty("function").GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_blob_is_sent_once_and_is_there_afterwards()
    {
        var bytes = Encoding.UTF8.GetBytes($"{Guid.NewGuid()}");
        var path = $"/v1/blobs/{BlobDigest.Of(bytes).Hex}";
        await RefusedAsync(HttpStatusCode.NotFound, "BLOB_NOT_FOUND", rest.GetAsync(path));
        await JsonAsync(HttpStatusCode.Created, PutAsync(path, bytes));
        using var head = await rest.SendAsync(HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode.OK, (long?)bytes.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        await JsonAsync(HttpStatusCode.OK, PutAsync(path, bytes));
        using var got = await rest.GetAsync(path);
        Assert.Equal(bytes, await got.Content.ReadAsByteArrayAsync());
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "BLOB_DIGEST_MISMATCH", PutAsync(path, [.. bytes, 1]));
        await RefusedAsync(HttpStatusCode.BadRequest, "BLOB_NOT_FOUND", PutAsync("/v1/blobs/..%2f..%2fetc", bytes));
    }

    [Fact]
    public async Task Lists_go_on_by_their_link()
    {
        var names = new List<string>();
        var next = "/v1/functions?pageSize=2";
        while (next is not null)
        {
            using var page = await rest.GetAsync(next);
            var json = System.Text.Json.JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement;
            names.AddRange(json.GetProperty("functions").EnumerateArray().Select(f => f.GetProperty("name").GetString()!));
            next = page.Headers.TryGetValues("link", out var links) ? Assert.Single(links).Split('<', '>')[1] : null;
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Superset(new HashSet<string> { "echo", "endless", "fails", "large" }, names.ToHashSet());
        await RefusedAsync(HttpStatusCode.BadRequest, "SETTING_OUT_OF_RANGE", rest.GetAsync("/v1/functions?pageSize=-1"));
    }

    [Fact]
    public async Task A_module_comes_back_byte_for_byte_and_a_deleted_function_is_gone()
    {
        var module = Module("has_no_start");
        await JsonAsync(HttpStatusCode.Created, PutAsync("/v1/functions/short-lived", Module("echoes_stdin")));
        using var got = await rest.GetAsync("/v1/functions/short-lived/versions/1/module");
        Assert.Equal("application/wasm", got.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Module("echoes_stdin"), await got.Content.ReadAsByteArrayAsync());
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "MODULE_INVALID", PutAsync("/v1/functions/short-lived", module));

        var deleted = await JsonAsync(HttpStatusCode.OK, rest.SendAsync(HttpMethod.Delete, "/v1/functions/short-lived"));
        Assert.Equal(1, deleted.GetProperty("deletedVersions").GetInt32());
        await RefusedAsync(HttpStatusCode.NotFound, "FUNCTION_NOT_FOUND", rest.GetAsync("/v1/functions/short-lived"));
        await RefusedAsync(HttpStatusCode.NotFound, "FUNCTION_NOT_FOUND", rest.SendAsync(HttpMethod.Delete, "/v1/functions/short-lived"));
    }

    [Fact]
    public async Task Uploads_that_are_none_are_refused_and_say_what_to_send()
    {
        var module = Module("echoes_stdin");
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "MODULE_INVALID", PutAsync("/v1/functions/bad", [1, 2, 3]));
        await RefusedAsync(HttpStatusCode.BadRequest, "FUNCTION_NOT_FOUND", PutAsync("/v1/functions/Not%20a%20name", module));
        var type = await RefusedAsync(
            HttpStatusCode.UnsupportedMediaType, "CONTENT_TYPE_UNSUPPORTED", rest.SendAsync(HttpMethod.Put, "/v1/functions/bad", new StringContent("x", Encoding.UTF8, "text/html")));
        Assert.Contains("application/wasm", type, StringComparison.Ordinal);
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "BLOB_TOO_LARGE", PutAsync("/v1/functions/bad", new byte[(1 << 20) + 1]));
        using var endless = new StreamContent(new MemoryStream(new byte[3 << 20]));
        using var chunked = new HttpRequestMessage(HttpMethod.Put, "/v1/functions/bad") { Content = endless, Headers = { TransferEncodingChunked = true } };
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "BLOB_TOO_LARGE", rest.Http.SendAsync(chunked));
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "MANIFEST_INVALID", PutAsync("/v1/functions/echo/manifest", "name = \"other\""u8.ToArray()));
        var manifest = await RefusedAsync(HttpStatusCode.UnprocessableEntity, "MANIFEST_INVALID", PutAsync("/v1/functions/echo/manifest", "name = \"echo\"\nx = 1"u8.ToArray()));
        Assert.Contains("minilambda.toml:2", manifest, StringComparison.Ordinal);
        using var half = new MultipartFormDataContent { { new ByteArrayContent(module), "module", "x.wasm" } };
        Assert.Contains("'manifest'", await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.SendAsync(HttpMethod.Post, "/v1/functions", half)), StringComparison.Ordinal);
        using var torn = new ByteArrayContent("--b\r\ncontent-disposition: form-data; name=\"module\"\r\n\r\nabc"u8.ToArray()) { Headers = { { "content-type", "multipart/form-data; boundary=b" } } };
        await RefusedAsync(HttpStatusCode.BadRequest, "MESSAGE_MALFORMED", rest.SendAsync(HttpMethod.Post, "/v1/functions", torn));
    }

    private Task<HttpResponseMessage> PutAsync(string path, byte[] bytes) => rest.SendAsync(HttpMethod.Put, path, new ByteArrayContent(bytes));
}
