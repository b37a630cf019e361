using Microsoft.AspNetCore.Http;

namespace MiniLambda.Orchestrator.Web.Entrance;

/// <summary>Whether a request that changes something was made by a page of this orchestrator, as browsers tell it themselves.</summary>
internal static class SameOrigin
{
    /// <summary>
    /// By <c>Sec-Fetch-Site</c> (W3C Fetch Metadata) where the browser sends it, and by <c>Origin</c> (RFC 6454). One of them there must be: every browser
    /// sends <c>Origin</c> with what is not GET or HEAD. The scheme is not compared, as a proxy in front may speak TLS where we do not.
    /// </summary>
    public static bool Made(HttpRequest request)
    {
        var site = (string?)request.Headers["Sec-Fetch-Site"];
        if (site is not null and not "same-origin")
            return false;
        return (string?)request.Headers.Origin is { } origin
            ? Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && from.Scheme is "http" or "https"
                && string.Equals(Authority(from), request.Host.Value, StringComparison.OrdinalIgnoreCase)
            : site is not null;
    }

    private static string Authority(Uri origin) => origin.IsDefaultPort ? origin.Host : $"{origin.Host}:{origin.Port}";
}
