using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Access;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Web.Entrance;

namespace MiniLambda.Web.Tests.Entrance;

public sealed class WebSessionTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly WebSessions _sessions;

    public WebSessionTests() => _sessions = new WebSessions(_clock);

    [Fact]
    public void A_session_is_over_when_nobody_used_it_for_half_an_hour()
    {
        var (cookie, _) = Open();
        _clock.Advance(WebSessions.Idle - TimeSpan.FromMinutes(1));
        Assert.NotNull(Find(cookie));
        // That it was used gave it as long again.
        _clock.Advance(WebSessions.Idle - TimeSpan.FromMinutes(1));
        Assert.NotNull(Find(cookie));
        _clock.Advance(WebSessions.Idle + TimeSpan.FromSeconds(1));
        Assert.Null(Find(cookie));
    }

    [Fact]
    public void To_watch_is_not_to_use()
    {
        var (cookie, session) = Open();
        _clock.Advance(WebSessions.Idle - TimeSpan.FromMinutes(1));
        Assert.NotNull(Find(cookie, static request => request.Headers[WebSessions.LiveHeader] = "1"));
        Assert.NotNull(Find(cookie, static request => (request.Method, request.Path) = ("GET", "/v1/events")));
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(Find(cookie));
        Assert.True(session.Caller.Ended.IsCancellationRequested);
    }

    [Fact]
    public void No_session_lasts_longer_than_half_a_day()
    {
        var (cookie, _) = Open();
        for (var used = TimeSpan.Zero; used < WebSessions.Longest; used += TimeSpan.FromMinutes(20))
        {
            Assert.NotNull(Find(cookie));
            _clock.Advance(TimeSpan.FromMinutes(20));
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Find(cookie));
    }

    [Fact]
    public void A_session_ends_with_its_token()
    {
        using var revoked = new CancellationTokenSource();
        var (cookie, session) = Open(new Caller("token:t", Role.Reader, null) { Ended = revoked.Token });
        Assert.NotNull(Find(cookie));
        revoked.Cancel();
        Assert.Null(Find(cookie));
        Assert.True(session.Caller.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Who_signs_out_ends_the_session_and_its_streams_and_nobody_elses()
    {
        var (cookie, session) = Open();
        var (other, _) = Open();
        _sessions.Close(Request(cookie));
        Assert.Null(Find(cookie));
        Assert.True(session.Caller.Ended.IsCancellationRequested);
        Assert.NotNull(Find(other));
    }

    [Fact]
    public void One_token_opens_so_many_sessions_and_drives_nobody_elses_out()
    {
        var (others, _) = Open(new Caller("token:other", Role.Reader, null));
        var (first, _) = Open();
        _clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 60; i++)
            Open();
        Assert.Null(Find(first));
        Assert.NotNull(Find(others));
    }

    [Fact]
    public void The_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        var cookie = SetCookie(isHttps: false);
        Assert.StartsWith("minilambda-session=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("path=/", cookie, StringComparison.Ordinal);
        var secure = SetCookie(isHttps: true);
        Assert.StartsWith("__Host-minilambda-session=", secure, StringComparison.Ordinal);
        Assert.Contains("; secure", secure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_is_known_by_its_sessions_token_alone()
    {
        var (_, one) = Open();
        var (_, other) = Open();
        Assert.True(one.Owns(one.FormToken));
        Assert.False(one.Owns(other.FormToken));
        Assert.False(one.Owns(""));
        Assert.False(one.Owns(null));
    }

    public void Dispose() => _sessions.Dispose();

    private static DefaultHttpContext Request(string cookie)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Headers.Cookie = cookie;
        return context;
    }

    private (string Cookie, WebSession Session) Open(Caller? caller = null)
    {
        var context = new DefaultHttpContext();
        var session = _sessions.Open(context, caller ?? new Caller(Caller.Cluster, Role.Admin, null));
        return (context.Response.Headers.SetCookie.ToString().Split(';')[0], session);
    }

    private string SetCookie(bool isHttps)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = isHttps ? "https" : "http";
        _sessions.Open(context, new Caller(Caller.Cluster, Role.Admin, null));
        return context.Response.Headers.SetCookie.ToString();
    }

    private Caller? Find(string cookie, Action<HttpRequest>? configure = null)
    {
        var context = Request(cookie);
        configure?.Invoke(context.Request);
        return _sessions.Find(context);
    }
}
