using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>What handlers ask of a request.</summary>
internal static class RestCall
{
    private const int MaxKeyLength = 128;

    /// <summary>A part of the path that the route names.</summary>
    public static string Route(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>The address that a request came from, for the audit log.</summary>
    public static string Peer(this HttpContext context) => Caller.PeerOf(context);

    /// <summary>Ends when the client goes or its token ends: what goes on for as long as bytes come or go is not to outlive either. Dispose it.</summary>
    public static CancellationTokenSource Ending(this HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, Caller.Of(context).Ended);

    /// <summary>A version's number in the path; from 1.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static int Version(this HttpContext context) => Version(context.Route("version"));

    /// <exception cref="ProblemException">It is no version's number.</exception>
    public static int Version(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
        ? version
        : throw ProblemException.NotReadable($"'{Printable.Of(text)}' is not a version: they are numbered from 1");

    /// <summary>A flag of the query; one without a value counts as set.</summary>
    /// <exception cref="ProblemException">It is neither true nor false.</exception>
    public static bool Flag(this HttpContext context, string name, bool usually)
    {
        if (!context.Request.Query.TryGetValue(name, out var values))
            return usually;
        var text = values.ToString();
        return text.Length == 0 || (bool.TryParse(text, out var flag)
            ? flag
            : throw ProblemException.NotReadable($"the query parameter '{name}' must be true or false, not '{Printable.Of(text)}'"));
    }

    /// <summary>Whether a stream goes on with what comes. Who asks for the head alone would wait for its end.</summary>
    public static bool Follows(this HttpContext context, bool usually) => context.Flag("follow", usually) && !HttpMethods.IsHead(context.Request.Method);

    /// <summary>Empty = none.</summary>
    /// <exception cref="ProblemException">It is too long.</exception>
    public static string IdempotencyKey(this HttpContext context)
    {
        var key = context.Request.Headers["idempotency-key"].ToString();
        if (key is ['"', .., '"'])
            key = key[1..^1];
        return key.Length <= MaxKeyLength ? key : throw ProblemException.NotReadable($"an Idempotency-Key has at most {MaxKeyLength} characters, not {key.Length}");
    }

    /// <summary>Tells where the list goes on (RFC 8288).</summary>
    public static void LinkNext(this HttpContext context, string nextPageToken)
    {
        if (nextPageToken.Length == 0)
            return;
        var query = context.Request.Query.Where(p => p.Key != "pageToken").SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v)))
            .Append(KeyValuePair.Create("pageToken", (string?)nextPageToken));
        context.Response.Headers.Link = $"<{QueryHelpers.AddQueryString(context.Request.Path.ToUriComponent(), query)}>; rel=\"next\"";
    }

    /// <summary>Where something is; its name may be any.</summary>
    public static string Path(params ReadOnlySpan<string> parts)
    {
        var path = RestRoutes.Prefix;
        foreach (var part in parts)
            path += $"/{Uri.EscapeDataString(part)}";
        return path;
    }
}
