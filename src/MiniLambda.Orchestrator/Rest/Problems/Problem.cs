using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MiniLambda.Orchestrator.Rest.Problems;

/// <summary>Why a request was not served, as RFC 9457 tells it.</summary>
/// <param name="Reason">Machine-readable: the same as over gRPC.</param>
/// <param name="Detail">For people.</param>
internal sealed record Problem(int Status, string Reason, string Detail)
{
    public const string ContentType = "application/problem+json";

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What a program needs to go on.</summary>
    public IReadOnlyList<(string Key, long Value)> More { get; init; } = [];

    /// <summary>Answers a request with it. Nothing of the answer may have been sent.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var (response, body) = (context.Response, ToJson());
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        SafeHeaders.Apply(response);
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    // It is never taken for a page, and people read it.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line of JSON.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("status", Status);
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
            json.WriteString("detail", Detail);
            json.WriteString("reason", Reason);
            foreach (var (key, value) in More)
                json.WriteNumber(Camel(key), value);
            json.WriteEndObject();
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static string Camel(string snake) =>
        string.Concat(snake.Split('_').Select(static (word, index) => index == 0 ? word : $"{char.ToUpperInvariant(word[0])}{word[1..]}"));
}
