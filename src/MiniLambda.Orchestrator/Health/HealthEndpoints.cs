using System.Text;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Metrics;

namespace MiniLambda.Orchestrator.Health;

/// <summary>What health checks and scrapers ask for.</summary>
internal static class HealthEndpoints
{
    public const string Live = "/healthz";
    public const string Ready = "/readyz";
    public const string Metrics = "/metrics";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Live, static context => AnswerAsync(context, isWell: true));
        routes.MapGet(Ready, ReadyAsync);
        routes.MapGet(Metrics, ScrapeAsync);
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        var readiness = context.RequestServices.GetRequiredService<Readiness>();
        await AnswerAsync(context, await readiness.AskAsync(context.RequestAborted) == ReadyState.Ready);
    }

    private static async Task AnswerAsync(HttpContext context, bool isWell)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(isWell ? "ok\n" : "not ready\n", Encoding.UTF8, context.RequestAborted);
    }

    private static async Task ScrapeAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<TelemetryExport>() is not { IsMeasuring: true } export)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var scrape = await export.ScrapeAsync(context.Request.Headers.Accept, context.RequestAborted);
        context.Response.ContentType = scrape.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = scrape.Body.Length;
        await context.Response.Body.WriteAsync(scrape.Body, context.RequestAborted);
    }
}
