using System.Net;
using System.Net.Sockets;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>A wire between a worker and its orchestrator that a test can spoil.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly Task _accepting;
    private CancellationTokenSource _wire = new();
    private bool _isDown;
    private bool _isCut;

    public TcpProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Connections that stand now go silent for ever, without being closed; new ones go through.</summary>
    public void Stall()
    {
        lock (_gate)
        {
            _wire.Cancel();
            _wire = new CancellationTokenSource();
        }
    }

    /// <summary>As <see cref="Stall"/>, and new ones stay silent too until <see cref="Mend"/>.</summary>
    public void Partition()
    {
        lock (_gate)
            _isDown = true;
        Stall();
    }

    /// <summary>Closes what stands, and what is dialled until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        lock (_gate)
            _isCut = true;
        Partition();
        Close();
    }

    public void Mend()
    {
        lock (_gate)
            (_isDown, _isCut) = (false, false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Stall();
        Close();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wire.Dispose();
        _stopping.Dispose();
    }

    private void Close()
    {
        lock (_gate)
        {
            _open.ForEach(static connection => connection.Dispose());
            _open.Clear();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var near = await _listener.AcceptTcpClientAsync(_stopping.Token);
            CancellationToken wire;
            lock (_gate)
            {
                _open.Add(near);
                if (_isCut)
                    near.Dispose();
                if (_isDown)
                    continue;
                wire = _wire.Token;
            }

            var far = new TcpClient();
            await far.ConnectAsync(_target.Host, _target.Port, _stopping.Token);
            lock (_gate)
                _open.Add(far);
            _ = CarryAsync(near.GetStream(), far.GetStream(), wire);
            _ = CarryAsync(far.GetStream(), near.GetStream(), wire);
        }
    }

    private static async Task CarryAsync(NetworkStream from, NetworkStream to, CancellationToken wire)
    {
        try
        {
            await from.CopyToAsync(to, wire);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One end hung up, or the test did.
        }
    }
}
