using System.Net.Sockets;
using System.Text;

namespace MiniLambda.Hosting.Tests;

/// <summary>What a service manager hears, at a socket of the test's own.</summary>
public sealed class ServiceNoticeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    private string Address => _folder.At("notify");

    public void Dispose()
    {
        _manager.Dispose();
        _patience.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_is_told_of_the_beginning_and_the_end()
    {
        _manager.Bind(new UnixDomainSocketEndPoint(Address));
        var notice = ServiceNotice.Ready(name => name == "NOTIFY_SOCKET" ? Address : null, static _ => Task.FromResult(true), TimeProvider.System);
        Assert.Equal("READY=1", await HearAsync());
        await notice.DisposeAsync();
        Assert.Equal("STOPPING=1", await HearAsync());
    }

    [Fact]
    public async Task The_watchdog_is_fed_for_as_long_as_there_is_life()
    {
        _manager.Bind(new UnixDomainSocketEndPoint(Address));
        var asked = 0;
        await using var notice = ServiceNotice.Ready(
            name => name switch { "NOTIFY_SOCKET" => Address, "WATCHDOG_USEC" => "20000", "WATCHDOG_PID" => $"{Environment.ProcessId}", _ => null },
            _ => Task.FromResult(Interlocked.Increment(ref asked) <= 3), TimeProvider.System);
        Assert.Equal("READY=1", await HearAsync());
        for (var i = 0; i < 3; i++)
            Assert.Equal("WATCHDOG=1", await HearAsync());
        while (Volatile.Read(ref asked) < 6)
            await Task.Delay(5, _patience.Token);
        await notice.DisposeAsync();
        Assert.Equal("STOPPING=1", await HearAsync());
    }

    [Fact]
    public async Task The_watchdog_of_another_process_is_not_fed()
    {
        _manager.Bind(new UnixDomainSocketEndPoint(Address));
        var notice = ServiceNotice.Ready(
            name => name switch { "NOTIFY_SOCKET" => Address, "WATCHDOG_USEC" => "1000", "WATCHDOG_PID" => "1", _ => null },
            static _ => throw new InvalidOperationException("nobody is to ask"), TimeProvider.System);
        Assert.Equal("READY=1", await HearAsync());
        await notice.DisposeAsync();
        Assert.Equal("STOPPING=1", await HearAsync());
    }

    [Fact]
    public async Task Without_a_service_manager_nothing_happens()
    {
        await using var notice = ServiceNotice.Ready(static _ => null, static _ => Task.FromResult(true), TimeProvider.System);
        await using var gone = ServiceNotice.Ready(name => name == "NOTIFY_SOCKET" ? Address : null, static _ => Task.FromResult(true), TimeProvider.System);
    }

    private async Task<string> HearAsync()
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, await _manager.ReceiveAsync(buffer, _patience.Token));
    }
}
