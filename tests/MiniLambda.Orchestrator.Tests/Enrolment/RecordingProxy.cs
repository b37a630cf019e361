using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MiniLambda.Orchestrator.Tests.Enrolment;

/// <summary>Somebody on the network between the orchestrator and others, who passes everything on and keeps every byte.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly MemoryStream _heard = new();
    private readonly Uri _target;
    private readonly Task _accepting;

    public RecordingProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new UriBuilder(_target.Scheme, "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port).Uri;

    /// <summary>Whether a text was to be read on the wire.</summary>
    public bool Heard(string text)
    {
        lock (_heard)
            return _heard.GetBuffer().AsSpan(0, (int)_heard.Length).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        await _heard.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
            _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
    }

    private async Task CarryAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            await far.ConnectAsync(_target.Host, _target.Port, _stopping.Token);
            await Task.WhenAny(CarryAsync(near.GetStream(), far.GetStream()), CarryAsync(far.GetStream(), near.GetStream()));
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 << 10];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, _stopping.Token)) > 0)
            {
                lock (_heard)
                    _heard.Write(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One end hung up, or the test did.
        }
    }
}
