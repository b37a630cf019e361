using System.Net;
using System.Reflection;
using Google.Protobuf.Reflection;
using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd.Attacks;

/// <summary>gRPC as an attacker speaks it: any bytes to any call, over HTTP/2.</summary>
internal sealed class RawCalls : IDisposable
{
    private readonly HttpClient _client;
    private readonly Uri _server;
    private readonly string? _token;

    public RawCalls(Uri server, string? token)
    {
        (_server, _token) = (server, token);
        _client = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Every method of the contract.</summary>
    public static IReadOnlyList<MethodDescriptor> Methods { get; } = typeof(JobsReflection).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<FileDescriptor>()
        .SelectMany(file => file.Services).SelectMany(service => service.Methods)
        .OrderBy(method => method.FullName, StringComparer.Ordinal).ToList();

    /// <summary>One message, with gRPC's own length before it.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, bool isCompressed = false)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = isCompressed ? (byte)1 : (byte)0;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>Sends a body; answers <c>grpc-status</c>, or what the HTTP layer said. Streams are left after a while.</summary>
    public async Task<string> SendAsync(string path, HttpContent body, TimeSpan patience, params (string Name, string Value)[] headers)
    {
        using var limit = new CancellationTokenSource(patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (_token is not null)
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {_token}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.Headers.TryGetValues("grpc-status", out var early))
                return early.First();
            await response.Content.CopyToAsync(Stream.Null, limit.Token);
            return response.TrailingHeaders.TryGetValues("grpc-status", out var late) ? late.First() : $"http {(int)response.StatusCode}";
        }
        catch (OperationCanceledException)
        {
            return "open";
        }
        catch (HttpRequestException e)
        {
            return $"cut: {e.HttpRequestError}";
        }
        catch (IOException)
        {
            return "cut";
        }
    }

    public void Dispose() => _client.Dispose();
}
