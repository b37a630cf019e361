using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Tenants;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Web.Assets;
using MiniLambda.Orchestrator.Web.Pages;
using MiniLambda.Orchestrator.Web.Rendering;

namespace MiniLambda.Orchestrator.Web.Entrance;

/// <summary>
/// Stands before the gate of tokens: serves what everybody may see (the files of the page, and the form to sign in), and makes out who signed in by the
/// cookie. What bears the cookie and changes something is heard only from a page of this origin.
/// </summary>
internal sealed class WebEntrance(RequestDelegate next, WebSessions sessions, WebAssets assets, Authenticator authenticator, AuditLog audit)
{
    /// <summary>Bytes of the form to sign in.</summary>
    private const int MaxForm = 16 << 10;

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments(WebAssets.Folder))
            return assets.ServeAsync(context);
        if (path == WebPaths.SignIn)
            return SignInAsync(context);
        if (WebPaths.IsPage(path))
            return PageAsync(context);
        // Who shows a token is who it says, whatever cookie comes along.
        if (context.Request.Headers.Authorization.Count == 0 && sessions.Find(context) is { } caller)
        {
            if (!IsSafe(context.Request) && !SameOrigin.Made(context.Request))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }

            context.Features.Set(caller);
        }

        return next(context);
    }

    private async Task PageAsync(HttpContext context)
    {
        PageHeaders.SetForPage(context.Response);
        var request = context.Request;
        if (!IsSafe(request) && !SameOrigin.Made(request))
        {
            await PageRenderer.ErrorAsync(context, StatusCodes.Status403Forbidden, "this came from a page of another origin; nothing was done");
            return;
        }

        if (request.Path == WebPaths.SignOut && HttpMethods.IsPost(request.Method))
        {
            sessions.Close(context);
            SeeOther(context, WebPaths.SignIn);
            return;
        }

        if (sessions.FindSession(context) is not { } session)
        {
            if (request.Headers.ContainsKey(WebSessions.LiveHeader))
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else if (IsSafe(request))
                SeeOther(context, Invite(request.Path + request.QueryString, ended: false));
            else
                SeeOther(context, Invite(Back(request), ended: true));
            return;
        }

        var caller = session.Caller;
        if (request.Query["tenant"].ToString() is { Length: > 0 } tenant)
        {
            if (!TenantName.IsValid(tenant) || !caller.Sees(tenant))
            {
                await PageRenderer.ErrorAsync(context, StatusCodes.Status404NotFound, $"there is no tenant '{Printable.Of(tenant)}' for this token");
                return;
            }

            caller = caller with { Chosen = tenant };
        }

        context.Features.Set(session);
        context.Features.Set(caller);
        await next(context);
    }

    private async Task SignInAsync(HttpContext context)
    {
        PageHeaders.SetForPage(context.Response);
        var request = context.Request;
        if (IsSafe(request))
        {
            await ShowAsync(context, request.Query["next"], request.Query.ContainsKey("ended") ? "The session was over before this was done. Sign in, and do it again." : "");
            return;
        }

        if (!SameOrigin.Made(request) || !request.HasFormContentType || request.ContentLength is null or > MaxForm)
        {
            await PageRenderer.ErrorAsync(context, StatusCodes.Status403Forbidden, "this was not sent by the form to sign in; nothing was done");
            return;
        }

        var form = await request.ReadFormAsync(context.RequestAborted);
        request.Headers.Authorization = $"Bearer {form["token"].ToString().Trim()}";
        if (authenticator.Authenticate(context, out var refusal) is { } caller)
        {
            sessions.Open(context, caller);
            audit.Record("web.sign-in", AuditOutcome.Done, caller, $"{context.Connection.RemoteIpAddress}", caller.TokenId);
            SeeOther(context, WebPaths.Local(form["next"]));
            return;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await ShowAsync(context, form["next"], $"Nobody is signed in: {refusal.Message}.");
    }

    private static Task ShowAsync(HttpContext context, string? next, string message) => PageRenderer.RenderAsync<SignIn>(
        context, "Sign in", new Dictionary<string, object?> { [nameof(SignIn.Next)] = WebPaths.Local(next), [nameof(SignIn.Message)] = message });

    private static bool IsSafe(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static string Invite(string next, bool ended) =>
        $"{WebPaths.SignIn}?{(ended ? "ended=1&" : "")}next={Uri.EscapeDataString(WebPaths.Local(next))}";

    private static string Back(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var referer) ? referer.PathAndQuery : "/";

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }
}
