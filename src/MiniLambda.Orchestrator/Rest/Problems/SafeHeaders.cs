using Microsoft.AspNetCore.Http;

namespace MiniLambda.Orchestrator.Rest.Problems;

/// <summary>What keeps a browser from making anything but data of an answer, whatever names and bytes are in it.</summary>
internal static class SafeHeaders
{
    public static void Apply(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";
        if (response.Headers.CacheControl.Count == 0)
            response.Headers.CacheControl = "no-store";
    }
}
