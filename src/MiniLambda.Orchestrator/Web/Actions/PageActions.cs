using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Rest.Problems;
using MiniLambda.Orchestrator.Web.Entrance;
using MiniLambda.Orchestrator.Web.Rendering;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What an action led to.</summary>
/// <param name="Message">One line for people; empty when the next page says it all.</param>
/// <param name="Path">Where it goes on; null = where the form stood.</param>
internal sealed record Done(string Message, string? Path = null)
{
    /// <summary>Whether it is no good news.</summary>
    public bool IsAlarm { get; init; }
}

/// <summary>
/// How forms are answered: what is done, or why it is not, is told by the next page, so that a reload sends nothing again. Also how pages fail. Who may
/// do what was decided before.
/// </summary>
internal sealed class PageActions(WebFormReading forms, FailureAnswers failures)
{
    public Task ActAsync(HttpContext context, Func<Visit, WebForm, Task<Done>> act) => AnswerAsync(context, async () =>
    {
        var visit = VisitOf(context);
        var form = await forms.ReadAsync(context, visit);
        var back = form["back"];
        try
        {
            var done = await act(visit, form);
            if (done.Message.Length > 0)
                visit.Session!.Leave(new Notice(done.Message, done.IsAlarm));
            SeeOther(context, done.Path ?? WebPaths.Local(back));
        }
        catch (Exception e) when (back.Length > 0 && HttpErrors.Of(e) is { Status: < StatusCodes.Status500InternalServerError } refused)
        {
            visit.Session!.Leave(new Notice(refused.Detail, IsRefusal: true) { Entered = form.Shown() });
            SeeOther(context, WebPaths.Local(back));
        }
    });

    /// <summary>Lets a page answer, or says why it cannot.</summary>
    public async Task AnswerAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception e)
        {
            failures.Note(context, e);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            var problem = HttpErrors.Of(e);
            await PageRenderer.ErrorAsync(context, problem.Status, problem.Detail);
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
            visit.Context.Response.Cookies.Append(Visit.ThemeCookie, form["theme"], options);
        }
        else
        {
            visit.Context.Response.Cookies.Delete(Visit.ThemeCookie, options);
        }

        return new Done("");
    }

    private static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }
}
