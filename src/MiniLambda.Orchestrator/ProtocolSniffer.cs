using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MiniLambda.Orchestrator;

/// <summary>
/// Lets one plain-text port speak HTTP/2 with prior knowledge, as gRPC does, and HTTP/1.1, as everybody else does: looks at the first bytes of a
/// connection, which a client of HTTP/2 must send first of all (RFC 9113, 3.4). Over TLS the two are told apart by ALPN, and this is not needed.
/// </summary>
internal static class ProtocolSniffer
{
    /// <summary>No method of HTTP/1.1 is named so: RFC 9113 took it for that.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n"u8;

    /// <param name="patience">A client that has not said its first word by then is hung up on.</param>
    public static void UseBothProtocols(this ListenOptions endpoint, TimeSpan patience, TimeProvider clock)
    {
        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        endpoint.Use(next => connection => SniffAsync(connection, next, patience, clock));
    }

    /// <summary>Kestrel cannot know of this, and warns that such an endpoint speaks no HTTP/2.</summary>
    public static void Quieten(ILoggingBuilder logging)
    {
        const string kestrel = "Microsoft.AspNetCore.Server.Kestrel";
        logging.AddFilter(kestrel, LogLevel.Error);
        foreach (var part in (string[])["BadRequests", "Connections", "Http2", "Http3", "Transport"])
            logging.AddFilter($"{kestrel}.{part}", LogLevel.Warning);
    }

    private static async Task SniffAsync(ConnectionContext connection, ConnectionDelegate next, TimeSpan patience, TimeProvider clock)
    {
        if (await IsHttp2Async(connection, patience, clock) is not { } isHttp2)
            return;
        if (isHttp2)
            NegotiatedHttp2.Announce(connection.Features);
        await next(connection);
    }

    /// <summary>Null when the client hung up, or said nothing in time.</summary>
    private static async Task<bool?> IsHttp2Async(ConnectionContext connection, TimeSpan patience, TimeProvider clock)
    {
        var input = connection.Transport.Input;
        // Mostly the first bytes are there already, and then no timer is made.
        if (input.TryRead(out var first) && Judge(input, first) is { IsKnown: true } known)
            return known.IsHttp2;
        using var late = new CancellationTokenSource(patience, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, connection.ConnectionClosed);
        try
        {
            while (true)
            {
                if (Judge(input, await input.ReadAsync(over.Token)) is { IsKnown: true } judged)
                    return judged.IsHttp2;
            }
        }
        catch (OperationCanceledException)
        {
            connection.Abort(new ConnectionAbortedException("it did not say in time what it speaks"));
            return null;
        }
        catch (Exception e) when (e is IOException or ConnectionResetException)
        {
            return null;
        }
    }

    /// <summary>Takes nothing of what was read: whoever comes next reads it again.</summary>
    private static (bool IsKnown, bool? IsHttp2) Judge(PipeReader input, ReadResult read)
    {
        var buffer = read.Buffer;
        var length = (int)Math.Min(buffer.Length, Preface.Length);
        Span<byte> begin = stackalloc byte[Preface.Length];
        buffer.Slice(0, length).CopyTo(begin);
        var fits = begin[..length].SequenceEqual(Preface[..length]);
        if (fits && length < Preface.Length && !read.IsCompleted)
        {
            // Slow, and not known yet: more is needed.
            input.AdvanceTo(buffer.Start, buffer.End);
            return default;
        }

        input.AdvanceTo(buffer.Start);
        return length == 0 ? (true, null) : (true, fits && length == Preface.Length);
    }

    /// <summary>
    /// Kestrel takes up HTTP/2 on an endpoint that speaks both only where TLS has negotiated it, and asks for that first thing of all. It is told so for
    /// this one question; after it the connection is what it is, a plain one.
    /// </summary>
    private sealed class NegotiatedHttp2(IFeatureCollection features) : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public ReadOnlyMemory<byte> ApplicationProtocol
        {
            get
            {
                features.Set<ITlsConnectionFeature>(null);
                features.Set<ITlsApplicationProtocolFeature>(null);
                return "h2"u8.ToArray();
            }
        }

        public static void Announce(IFeatureCollection features)
        {
            var answer = new NegotiatedHttp2(features);
            features.Set<ITlsConnectionFeature>(answer);
            features.Set<ITlsApplicationProtocolFeature>(answer);
        }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
