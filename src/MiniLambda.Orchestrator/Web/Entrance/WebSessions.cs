using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Web.Entrance;

/// <summary>
/// Who is signed in at the web page. In memory only: what a browser bears is a random name that means nothing anywhere else, and after a restart of the
/// orchestrator one signs in again. Only the digests of the names are held.
/// </summary>
internal sealed class WebSessions : IDisposable
{
    /// <summary>A session that nobody used for so long is over.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>No session is older.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>Sent by the page's script when it looks for changes: that nobody does anything is no use of a session.</summary>
    public const string LiveHeader = "minilambda-live";

    private const int MaxSessions = 2000;

    /// <summary>Of one token, so that nobody drives others out.</summary>
    private const int MaxOfToken = 50;

    private const string PlainCookie = "minilambda-session";
    private const string SecureCookie = "__Host-minilambda-session";

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, WebSession> _sessions = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly ITimer _rounds;

    public WebSessions(TimeProvider clock)
    {
        _clock = clock;
        _rounds = clock.CreateTimer(_ => RemoveOver(), null, Round, Round);
    }

    /// <summary>Whom a request's cookie makes out; null when nobody.</summary>
    public Caller? Find(HttpContext context) => FindSession(context)?.Caller;

    /// <summary>The session whose cookie a request bears; null when there is none, or it is over.</summary>
    public WebSession? FindSession(HttpContext context)
    {
        if (context.Request.Cookies[CookieOf(context)] is not { Length: > 0 } name || !_sessions.TryGetValue(Key(name), out var session))
            return null;
        var now = _clock.GetTimestamp();
        if (IsOver(session, now))
            return null;
        if (!IsWatching(context.Request))
            session.Use(now);
        return session;
    }

    /// <summary>Opens a session in place of the one that the browser had.</summary>
    public WebSession Open(HttpContext context, Caller caller)
    {
        Close(context);
        RemoveOver();
        var own = _sessions.Where(pair => pair.Value.Caller.Name == caller.Name).ToList();
        if (own.Count >= MaxOfToken)
            End(own.MinBy(static pair => pair.Value.Used).Key);
        if (_sessions.Count >= MaxSessions)
            End(_sessions.MinBy(static pair => pair.Value.Used).Key);
        var name = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var session = new WebSession(caller, _clock.GetTimestamp());
        _sessions[Key(name)] = session;
        // Without an end of its own: the browser forgets it when it closes, and here it is over long before.
        context.Response.Cookies.Append(CookieOf(context), name, CookieOptions(context));
        return session;
    }

    /// <summary>Ends the session of a request, with the streams that it opened.</summary>
    public void Close(HttpContext context)
    {
        if (context.Request.Cookies[CookieOf(context)] is not { Length: > 0 } name)
            return;
        End(Key(name));
        context.Response.Cookies.Delete(CookieOf(context), CookieOptions(context));
    }

    public void Dispose()
    {
        _rounds.Dispose();
        foreach (var session in _sessions.Values)
            session.Dispose();
    }

    private static string CookieOf(HttpContext context) => context.Request.IsHttps ? SecureCookie : PlainCookie;

    private static CookieOptions CookieOptions(HttpContext context) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", IsEssential = true };

    private static bool IsWatching(HttpRequest request) =>
        request.Headers.ContainsKey(LiveHeader) || (HttpMethods.IsGet(request.Method) && request.Path.StartsWithSegments("/v1"));

    private static string Key(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private bool IsOver(WebSession session, long now) =>
        session.IsOver || _clock.GetElapsedTime(session.Used, now) > Idle || _clock.GetElapsedTime(session.Begun, now) > Longest;

    private void RemoveOver()
    {
        var now = _clock.GetTimestamp();
        foreach (var (key, session) in _sessions)
        {
            if (IsOver(session, now))
                End(key);
        }
    }

    private void End(string key)
    {
        // Not disposed: a request that found it a moment ago may still ask whether it ended.
        if (_sessions.TryRemove(key, out var session))
            session.End();
    }
}
