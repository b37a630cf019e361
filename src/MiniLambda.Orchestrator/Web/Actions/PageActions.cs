using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Web.Entrance;
using MiniLambda.Orchestrator.Web.Rendering;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What an action led to.</summary>
/// <param name="Message">One line for people; empty when the next page says it all.</param>
/// <param name="Path">Where it goes on; null = where the form stood.</param>
internal sealed record Done(string Message, string? Path = null);

/// <summary>
/// How forms are answered: what is done, or why it is not, is told by the next page, so that a reload sends nothing again. Also how pages fail.
/// </summary>
internal sealed partial class PageActions(WebFormReading forms, ILogger<PageActions> logger)
{
    public async Task ActAsync(HttpContext context, string rpc, Func<Visit, WebForm, Task<Done>> act)
    {
        var visit = VisitOf(context);
        var form = new WebForm();
        try
        {
            if (!visit.May(rpc))
            {
                await ForbidAsync(context, rpc);
                return;
            }

            form = await forms.ReadAsync(context, visit);
            var done = await act(visit, form);
            if (done.Message.Length > 0)
                visit.Session!.Leave(new Notice(done.Message, IsRefusal: false));
            SeeOther(context, done.Path ?? WebPaths.Local(form["back"]));
        }
        catch (Exception e) when (PageRenderer.Describe(e) is { } failure && !context.Response.HasStarted)
        {
            if (form["back"].Length == 0)
            {
                await PageRenderer.ErrorAsync(context, failure.Status, failure.Message);
                return;
            }

            visit.Session!.Leave(new Notice(failure.Message, IsRefusal: true) { Entered = form.Shown() });
            SeeOther(context, WebPaths.Local(form["back"]));
        }
        catch (Exception e) when (e is not OperationCanceledException && !context.Response.HasStarted)
        {
            LogFailed(context.Request.Path, e);
            await PageRenderer.ErrorAsync(context, StatusCodes.Status500InternalServerError, "the orchestrator failed; its log says how");
        }
    }

    /// <summary>Lets a page answer, or says why it cannot.</summary>
    public static async Task AnswerAsync(HttpContext context, string rpc, Func<Task> answer)
    {
        try
        {
            if (!VisitOf(context).May(rpc))
                await ForbidAsync(context, rpc);
            else
                await answer();
        }
        catch (Exception e) when (PageRenderer.Describe(e) is { } failure && !context.Response.HasStarted)
        {
            await PageRenderer.ErrorAsync(context, failure.Status, failure.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException && !context.Response.HasStarted)
        {
            context.RequestServices.GetRequiredService<PageActions>().LogFailed(context.Request.Path, e);
            await PageRenderer.ErrorAsync(context, StatusCodes.Status500InternalServerError, "the orchestrator failed; its log says how");
        }
    }

    public static Visit VisitOf(HttpContext context)
    {
        var visit = context.RequestServices.GetRequiredService<Visit>();
        visit.Context = context;
        return visit;
    }

    /// <summary>Keeps the look that somebody chose.</summary>
    public static Done SetTheme(Visit visit, WebForm form)
    {
        var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = visit.Context.Request.IsHttps, Path = "/" };
        if (form["theme"] is "dark" or "light")
        {
            options.MaxAge = TimeSpan.FromDays(365);
            visit.Context.Response.Cookies.Append("minilambda-theme", form["theme"], options);
        }
        else
        {
            visit.Context.Response.Cookies.Delete("minilambda-theme", options);
        }

        return new Done("");
    }

    private static Task ForbidAsync(HttpContext context, string rpc)
    {
        var caller = Caller.Of(context);
        return PageRenderer.ErrorAsync(
            context, StatusCodes.Status403Forbidden,
            $"this token has the role {caller.Role.ToString().ToLowerInvariant()}{(caller.Scope is { } tenant ? $" in tenant '{tenant}'" : "")}; "
                + $"this takes {AccessRules.Find($"/minilambda.v1.{rpc}")?.Needs ?? "more than anybody has"}");
    }

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    [LoggerMessage(2401, LogLevel.Error, "the web page could not answer {Path}")]
    private partial void LogFailed(string path, Exception exception);
}
