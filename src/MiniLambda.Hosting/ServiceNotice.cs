using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MiniLambda.Hosting;

/// <summary>
/// Tells the service manager how this process stands, by the protocol of sd_notify(3): that it is ready, that it stops, and, where the unit has a
/// watchdog, that it still lives. Does nothing where no service manager asked for it.
/// </summary>
public sealed class ServiceNotice : IAsyncDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching = Task.CompletedTask;

    private ServiceNotice(string? address, TimeSpan? watchdog, Func<CancellationToken, Task<bool>> isAlive, TimeProvider clock)
    {
        if (string.IsNullOrEmpty(address))
            return;
        // An @ stands for the zero byte of an address in the abstract namespace.
        _address = new UnixDomainSocketEndPoint(address[0] == '@' ? $"\0{address[1..]}" : address);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        Send("READY=1");
        if (watchdog is { } limit)
            _watching = WatchAsync(limit / 2, isAlive, clock);
    }

    /// <summary>Says that the process is ready, and from now on that it lives for as long as <paramref name="isAlive"/> answers yes.</summary>
    /// <param name="variable">Reads the environment.</param>
    public static ServiceNotice Ready(Func<string, string?> variable, Func<CancellationToken, Task<bool>> isAlive, TimeProvider clock)
    {
        // The watchdog may be another process's: of one that started this one.
        var isOurs = variable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog = isOurs && long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
        return new ServiceNotice(variable("NOTIFY_SOCKET"), watchdog, isAlive, clock);
    }

    /// <summary>Says that the process stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        Send("STOPPING=1");
        await _stopping.CancelAsync();
        await _watching;
        _socket?.Dispose();
        _stopping.Dispose();
    }

    private async Task WatchAsync(TimeSpan interval, Func<CancellationToken, Task<bool>> isAlive, TimeProvider clock)
    {
        try
        {
            using var timer = new PeriodicTimer(interval, clock);
            do
            {
                // One that does not answer is as good as dead: then nothing is sent, and the service manager begins anew.
                if (await isAlive(_stopping.Token))
                    Send("WATCHDOG=1");
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
    }

    private void Send(string state)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(state), _address!);
        }
        catch (SocketException)
        {
            // Nobody listens; there is no one to tell.
        }
    }
}
