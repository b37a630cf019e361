using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Orchestrator.Tests.Traces;

/// <summary>A span as it was exported.</summary>
internal sealed record ReceivedSpan(string Service, string Name, string TraceId, string SpanId, string ParentId, ulong Start, ulong End);

/// <summary>Takes OTLP over gRPC, and reads of it what tests ask for (opentelemetry-proto, trace.proto and metrics.proto).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public ConcurrentBag<ReceivedSpan> Spans { get; } = [];

    /// <summary>Names of the metrics that came, each with the service that sent it.</summary>
    public ConcurrentDictionary<(string Service, string Name), bool> Metrics { get; } = [];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        receiver.Url = new Uri(receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        // A byte for compression and four for the length stand before the message.
        var message = body.ToArray()[5..];
        foreach (var ofResource in Fields(message, 1))
        {
            var service = Fields(Fields(ofResource, 1)[0], 1).Select(Attribute).First(attribute => attribute.Key == "service.name").Value;
            foreach (var item in Fields(ofResource, 2).SelectMany(scope => Fields(scope, 2)))
            {
                if (context.Request.Path.Value!.Contains("trace", StringComparison.OrdinalIgnoreCase))
                    Spans.Add(Span(service, item));
                else
                    Metrics[(service, Text(Fields(item, 1)[0]))] = true;
            }
        }

        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static ReceivedSpan Span(string service, byte[] span) => new(
        service, Text(Fields(span, 5)[0]), Hex(Fields(span, 1)), Hex(Fields(span, 2)), Hex(Fields(span, 4)), Number(span, 7), Number(span, 8));

    private static (string Key, string Value) Attribute(byte[] pair) => (Text(Fields(pair, 1)[0]), Fields(Fields(pair, 2)[0], 1) is [var text, ..] ? Text(text) : "");

    private static string Text(byte[] field) => System.Text.Encoding.UTF8.GetString(field);

    private static string Hex(List<byte[]> field) => field is [var bytes, ..] ? Convert.ToHexStringLower(bytes) : "";

    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                found.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }

        return found;
    }

    private static ulong Number(byte[] message, int number)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number)
                return input.ReadFixed64();
            input.SkipLastField();
        }

        return 0;
    }
}
