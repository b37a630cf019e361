using System.Net;
using System.Net.Sockets;

namespace MiniLambda.Orchestrator.Tests;

public sealed class ListenTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_name_that_no_machine_bears_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<IOException>(() => StartAsync("http://nobody.invalid:0"));
        Assert.StartsWith("cannot listen on http://nobody.invalid:0: 'nobody.invalid' ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused()
    {
        // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
        var refusal = await Assert.ThrowsAsync<IOException>(() => StartAsync("http://192.0.2.1:0"));
        Assert.StartsWith("cannot listen on http://192.0.2.1:0: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_is_hung_up_on()
    {
        await using var orchestrator = await StartAsync("http://127.0.0.1:0");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var silent = new TcpClient();
        await silent.ConnectAsync(orchestrator.Url.Host, orchestrator.Url.Port, patience.Token);
        var stream = silent.GetStream();
        // The preface of HTTP/2 and empty settings (RFC 9113, 3.4), and not a word after that.
        byte[] hello = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];
        await stream.WriteAsync(hello, patience.Token);
        var buffer = new byte[1024];
        while (await stream.ReadAsync(buffer, patience.Token) > 0)
        {
        }
    }

    [Theory]
    [InlineData("http://localhost:7070", "127.0.0.1:7070")]
    [InlineData("http://0.0.0.0:7070", "0.0.0.0:7070")]
    [InlineData("http://[::1]:7070", "[::1]:7070")]
    [InlineData("http://laptop.lan:7070", "10.0.0.7:7070", "[fd00::7]:7070")]
    [InlineData("http://laptop.lan:0", "10.0.0.7:0")]
    public async Task A_url_means_the_addresses_of_its_host_alone(string url, params string[] addresses) => Assert.Equal(
        addresses.Select(IPEndPoint.Parse),
        await ListenAddresses.FindAsync(new Uri(url), _ => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.7"), IPAddress.Parse("fd00::7")])));

    private Task<OrchestratorHost> StartAsync(string listen) => OrchestratorHost.StartAsync(
        new OrchestratorOptions { Listen = listen, Data = _folder.FullName, LeaseDuration = TimeSpan.FromSeconds(2) }, default);
}
