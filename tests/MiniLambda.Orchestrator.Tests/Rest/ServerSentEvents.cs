using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MiniLambda.Orchestrator.Tests.Rest;

/// <summary>One event of a stream.</summary>
internal sealed record ServerSentEvent(string Name, long Id, string Data);

/// <summary>Reads a stream of server-sent events over a connection of its own, as the standard says (WHATWG HTML, 9.2.6).</summary>
internal sealed class ServerSentEvents : IDisposable
{
    private readonly TcpClient _connection;
    private readonly StreamReader _lines;

    private ServerSentEvents(TcpClient connection, StreamReader lines) => (_connection, _lines) = (connection, lines);

    /// <summary>What to come back with.</summary>
    public long LastId { get; private set; }

    /// <param name="window">Bytes that the system takes in for one who does not read.</param>
    public static async Task<ServerSentEvents> OpenAsync(TestCluster cluster, string path, long? lastId = null, int window = 64 << 10)
    {
        var connection = new TcpClient { ReceiveBufferSize = window };
        await connection.ConnectAsync(IPAddress.Loopback, cluster.Url.Port);
        var request = new StringBuilder($"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {cluster.Token}\r\nAccept: text/event-stream\r\nConnection: close\r\n");
        if (lastId is { } id)
            request.Append($"Last-Event-ID: {id}\r\n");
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()));
        return new ServerSentEvents(connection, new StreamReader(connection.GetStream(), Encoding.UTF8)) { LastId = lastId ?? 0 };
    }

    /// <summary>The next event that has data; null when the stream ended, also in the middle of one.</summary>
    public async Task<ServerSentEvent?> NextAsync(CancellationToken cancellationToken)
    {
        var (name, data, id) = ("message", new List<string>(), LastId);
        try
        {
            while (await _lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                    id = long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture);
                else if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                    data.Add(line[6..]);
                else if (line.Length == 0 && (LastId = id) >= 0 && data.Count > 0)
                    return new ServerSentEvent(name, id, string.Join('\n', data));
            }
        }
        catch (IOException)
        {
            // Cut off.
        }

        return null;
    }

    /// <summary>Waits until the answer has begun.</summary>
    public async Task<string> ReadStatusAsync(CancellationToken cancellationToken) => await _lines.ReadLineAsync(cancellationToken) ?? "";

    public void Dispose()
    {
        _lines.Dispose();
        _connection.Dispose();
    }
}
