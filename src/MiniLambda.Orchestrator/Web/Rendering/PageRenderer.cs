using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Web.Entrance;
using MiniLambda.Orchestrator.Web.Pages;

namespace MiniLambda.Orchestrator.Web.Rendering;

/// <summary>Turns a component into a whole page, on the server; the browser gets plain HTML.</summary>
internal static class PageRenderer
{
    /// <exception cref="RefusedException">What the page is about is not there, or not for this caller.</exception>
    public static async Task RenderAsync<TPage>(HttpContext context, string title, Dictionary<string, object?>? parameters = null)
        where TPage : IComponent
    {
        var visit = context.RequestServices.GetRequiredService<Visit>();
        visit.Context = context;
        visit.Title = title;
        // What looks for changes of itself does not take the line that somebody is to read.
        if (!context.Request.Headers.ContainsKey(WebSessions.LiveHeader))
            visit.Notice ??= visit.Session?.TakeNotice();
        await using var renderer = new HtmlRenderer(context.RequestServices, context.RequestServices.GetRequiredService<ILoggerFactory>());
        var whole = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(Document.Page)] = typeof(TPage),
            [nameof(Document.Parameters)] = parameters ?? [],
        });
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<Document>(whole)).ToHtmlString());
        var bytes = Encoding.UTF8.GetBytes(html);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return RenderAsync<Error>(context, "Not done", new Dictionary<string, object?> { [nameof(Error.Message)] = message });
    }
}
