using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MiniLambda.Telemetry.Probes;

/// <summary>
/// Answers GET requests over HTTP/1.1, one to a connection: for scrapers and health checks of a process that serves nothing else. Bounded in the
/// number of connections, their size and their time.
/// </summary>
public sealed class ProbeListener : IAsyncDisposable
{
    private const int MaxConnections = 16;
    private const int MaxRequestBytes = 8 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly TcpListener _listener;
    private readonly Func<string, string?, Task<ProbeAnswer>> _answer;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _room = new(MaxConnections);
    private readonly Task _accepting;

    private ProbeListener(TcpListener listener, string host, Func<string, string?, Task<ProbeAnswer>> answer, TimeProvider clock)
    {
        _listener = listener;
        _answer = answer;
        _clock = clock;
        Url = new UriBuilder(Uri.UriSchemeHttp, host, ((IPEndPoint)listener.LocalEndpoint).Port).Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>With the port that was really taken.</summary>
    public Uri Url { get; }

    /// <param name="url">With an address or <c>localhost</c>; port 0 takes any free one.</param>
    /// <param name="answer">Gets the path and the <c>Accept</c> header.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static ProbeListener Start(Uri url, Func<string, string?, Task<ProbeAnswer>> answer, TimeProvider clock)
    {
        if (!TryAddress(url, out var address))
            throw new IOException($"cannot listen on {url.OriginalString}: name an address of this machine");
        var listener = new TcpListener(address, url.Port);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new IOException($"cannot listen on {url.OriginalString}: {e.Message}", e);
        }

        return new ProbeListener(listener, url.Host, answer, clock);
    }

    /// <summary>The address that a URL names without asking anybody.</summary>
    public static bool TryAddress(Uri url, out IPAddress address)
    {
        address = IPAddress.Loopback;
        return url.Host == "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out address!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        // Those under way were told to end.
        for (var i = 0; i < MaxConnections; i++)
            await _room.WaitAsync();
        _room.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _room.WaitAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                _room.Release();
                // Out of file descriptors, for one, it would fail again at once, and a core would be busy with that.
                if (e is SocketException)
                    await Task.Delay(AfterFailure, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var late = new CancellationTokenSource(Patience, _clock);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token);
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var head = await ReadHeadAsync(stream, over.Token);
            if (head is null)
                return;
            var answer = await AnswerAsync(head);
            var lines = string.Create(
                CultureInfo.InvariantCulture,
                $"HTTP/1.1 {answer.Status} {(HttpStatusCode)answer.Status}\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {answer.Body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(lines), over.Token);
            if (!head.StartsWith("HEAD ", StringComparison.Ordinal))
                await stream.WriteAsync(answer.Body, over.Token);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Who hangs up, or is too slow, gets no answer.
        }
        finally
        {
            _room.Release();
        }
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxRequestBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return null;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                return Encoding.Latin1.GetString(buffer, 0, length);
        }

        return "";
    }

    private async Task<ProbeAnswer> AnswerAsync(string head)
    {
        var lines = head.Split("\r\n");
        var words = lines[0].Split(' ');
        if (words.Length != 3 || !words[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
            return ProbeAnswer.Text(400, "bad request");
        if (words[0] is not ("GET" or "HEAD"))
            return ProbeAnswer.Text(405, "only GET");
        const string accept = "accept:";
        var accepted = lines.FirstOrDefault(line => line.StartsWith(accept, StringComparison.OrdinalIgnoreCase))?[accept.Length..].Trim();
        return await _answer(words[1].Split('?')[0], accepted);
    }
}
