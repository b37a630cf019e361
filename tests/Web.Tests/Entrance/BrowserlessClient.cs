using System.Net;
using System.Text.RegularExpressions;

namespace MiniLambda.Web.Tests.Entrance;

/// <summary>What a browser would send, without one: keeps cookies, follows nothing, and says where a form came from as it is told to.</summary>
internal sealed partial class BrowserlessClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _url;

    public BrowserlessClient(Uri url)
    {
        _url = url;
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = url };
    }

    public CookieContainer Cookies { get; } = new();

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<string> ReadAsync(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await _http.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => PostAsync(
        path, new FormUrlEncodedContent(fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))), _url.GetLeftPart(UriPartial.Authority));

    public async Task SignInAsync(string token)
    {
        var answer = await PostAsync("/sign-in", ("token", token), ("next", "/"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    /// <summary>What the forms of the session bear.</summary>
    public async Task<string> FormTokenAsync() => FormToken().Match(await ReadAsync("/jobs")).Groups[1].Value;

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"form-token\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex FormToken();
}
