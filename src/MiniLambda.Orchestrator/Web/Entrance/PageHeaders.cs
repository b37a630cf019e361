using Microsoft.AspNetCore.Http;

namespace MiniLambda.Orchestrator.Web.Entrance;

/// <summary>What a browser is told to allow: nothing but our own script, style and requests.</summary>
internal static class PageHeaders
{
    private const string PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>For bytes that others made: whatever they are, they are no page of this origin.</summary>
    private const string BytesPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

    public static void SetForPage(HttpResponse response)
    {
        Set(response, PagePolicy);
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-store";
    }

    public static void SetForBytes(HttpResponse response) => Set(response, BytesPolicy);

    private static void Set(HttpResponse response, string policy)
    {
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
