using System.Net;

namespace MiniLambda.Web.Tests.Entrance;

/// <summary>Who is let in, over plain HTTP.</summary>
public sealed class SignInTests(QuietCluster quiet) : IClassFixture<QuietCluster>, IDisposable
{
    private readonly WebCluster _cluster = quiet.Cluster;
    private readonly BrowserlessClient _client = new(quiet.Cluster.Url);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Who_did_not_sign_in_is_led_to_the_form_and_back()
    {
        var answer = await _client.GetAsync("/jobs?state=failed");
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/sign-in?next=%2Fjobs%3Fstate%3Dfailed", answer.Headers.Location!.ToString());
        Assert.Contains("value=\"/jobs?state=failed\"", await _client.ReadAsync(answer.Headers.Location.ToString()), StringComparison.Ordinal);
        answer = await _client.PostAsync("/sign-in", ("token", _cluster.Token), ("next", "/jobs?state=failed"));
        Assert.Equal("/jobs?state=failed", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_wrong_token_opens_nothing_and_is_not_repeated()
    {
        var answer = await _client.PostAsync("/sign-in", ("token", "guessed-<b>"), ("next", "//evil.example"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("the token is not this orchestrator", page, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_signs_in_from_another_origin()
    {
        var form = new FormUrlEncodedContent([KeyValuePair.Create("token", _cluster.Token)]);
        Assert.Equal(HttpStatusCode.Forbidden, (await _client.PostAsync("/sign-in", form, "http://evil.example")).StatusCode);
        Assert.Empty(_client.Cookies.GetAllCookies());
    }

    [Fact]
    public async Task Who_signed_out_is_out_also_with_the_cookie_kept()
    {
        await _client.SignInAsync(_cluster.Token);
        var kept = _client.Cookies.GetCookieHeader(_cluster.Url);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/jobs")).StatusCode);
        await _client.PostAsync("/sign-out");
        _client.Cookies.SetCookies(_cluster.Url, kept);
        Assert.Equal(HttpStatusCode.SeeOther, (await _client.GetAsync("/jobs")).StatusCode);
    }

    [Fact]
    public async Task Every_page_allows_nothing_but_itself()
    {
        await _client.SignInAsync(_cluster.Token);
        foreach (var path in (string[])["/", "/sign-in", "/functions", "/jobs", "/jobs/new", "/nodes", "/dead-letters", "/tokens", "/audit", "/jobs/none", "/nodes/none"])
        {
            var answer = await _client.GetAsync(path);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.True(answer.Headers.CacheControl!.NoStore);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal);
            Assert.DoesNotContain("onclick", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_pages_files_are_kept_by_the_browser_until_they_change()
    {
        var page = await _client.ReadAsync("/sign-in");
        var address = page.Split('"').Single(static part => part.StartsWith("/assets/page.css?v=", StringComparison.Ordinal));
        var answer = await _client.GetAsync(address);
        Assert.Equal("text/css", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = _cluster.Url };
        http.DefaultRequestHeaders.IfNoneMatch.Add(answer.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await http.GetAsync(new Uri(address, UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/assets/none.js")).StatusCode);
    }

    [Fact]
    public void No_keys_of_the_framework_are_made_which_would_lie_in_the_home_of_who_runs_it() =>
        Assert.Null(_cluster.Service(typeof(Microsoft.AspNetCore.DataProtection.IDataProtectionProvider)));

    [Fact]
    public async Task A_form_that_is_not_of_the_session_does_nothing()
    {
        await _client.SignInAsync(_cluster.Token);
        await _cluster.PushAsync("kept", "echoes_stdin");
        var own = await _client.FormTokenAsync();
        var answer = await _client.PostAsync("/functions/kept/delete", ("version", "0"), ("form-token", new string('0', 64)));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        answer = await _client.PostAsync("/functions/kept/delete", new FormUrlEncodedContent([KeyValuePair.Create("form-token", own)]), "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        answer = await _client.PostAsync("/functions/kept/delete", new StringContent("{}"), _cluster.Url.GetLeftPart(UriPartial.Authority));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/functions/kept")).StatusCode);
        answer = await _client.PostAsync("/functions/kept/delete", ("version", "0"), ("form-token", own));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/functions/kept")).StatusCode);
    }

    [Fact]
    public async Task The_cookie_opens_the_interface_for_programs_to_pages_of_this_origin_alone()
    {
        await _client.SignInAsync(_cluster.Token);
        await _cluster.PushAsync("echo", "echoes_stdin");
        var job = await _cluster.SubmitAsync("echo");
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync($"/v1/jobs/{job.Id}")).StatusCode);
        foreach (var origin in (string?[])["http://evil.example", "null", null])
            Assert.Equal(HttpStatusCode.Forbidden, (await _client.PostAsync($"/v1/jobs/{job.Id}/cancel", new StringContent(""), origin)).StatusCode);
        Assert.Null((await _cluster.GetAsync(job.Id)).FinishedAt);
        Assert.Equal(HttpStatusCode.OK, (await _client.PostAsync($"/v1/jobs/{job.Id}/cancel", new ByteArrayContent([]), _cluster.Url.GetLeftPart(UriPartial.Authority))).StatusCode);
        Assert.NotNull((await _cluster.GetAsync(job.Id)).FinishedAt);
    }
}
