using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Streams;

/// <summary>How something that goes on is told.</summary>
internal enum LiveFormat
{
    /// <summary>Server-sent events.</summary>
    Events = 1,

    /// <summary>A JSON document a line.</summary>
    Lines,

    /// <summary>As it is.</summary>
    Text,
}

internal static class LiveFormats
{
    /// <summary>The format that a client likes best of those that there are; the first when it does not care.</summary>
    /// <exception cref="ProblemException">It takes none of them.</exception>
    public static LiveFormat Choose(HttpRequest request, params ReadOnlySpan<LiveFormat> offered)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || !MediaTypeHeaderValue.TryParseList(header, out var accepted))
            return offered[0];
        var best = accepted.OrderByDescending(type => type.Quality ?? 1).Where(type => type.Quality is not 0);
        foreach (var type in best)
        {
            foreach (var format in offered)
            {
                if (Names(format).Any(name => type.MatchesMediaType(name)))
                    return format;
            }
        }

        throw ProblemException.NotAcceptable(
            $"this is told as {string.Join(" or ", offered.ToArray().Select(format => Names(format)[0]))}, not as {Printable.Of(header.ToString())}");
    }

    private static string[] Names(LiveFormat format) => format switch
    {
        LiveFormat.Events => ["text/event-stream"],
        LiveFormat.Lines => ["application/x-ndjson", "application/json", "application/jsonl"],
        _ => ["text/plain"],
    };
}
