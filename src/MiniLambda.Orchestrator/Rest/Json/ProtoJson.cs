using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Json;

/// <summary>Messages as JSON: the fields' names are the wire's, in camel case, as <c>-o json</c> of the command line writes them.</summary>
internal static class ProtoJson
{
    public const string ContentType = "application/json";

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>One line.</summary>
    public static string Format(IMessage message) => Formatter.Format(message);

    /// <exception cref="ProblemException">It is no JSON, or not this message; says where.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> utf8)
        where T : IMessage<T>, new()
    {
        JsonShape.Check(utf8, new T().Descriptor);
        try
        {
            return JsonParser.Default.Parse<T>(Encoding.UTF8.GetString(utf8));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException)
        {
            throw ProblemException.NotReadable($"the body is not what is expected: {e.Message}");
        }
    }

    public static async Task WriteAsync(HttpContext context, IMessage message, int status = StatusCodes.Status200OK)
    {
        var (response, body) = (context.Response, Encoding.UTF8.GetBytes(Format(message)));
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
