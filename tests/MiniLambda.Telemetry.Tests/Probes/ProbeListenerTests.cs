using System.Net.Sockets;
using System.Text;
using MiniLambda.Telemetry.Probes;

namespace MiniLambda.Telemetry.Tests.Probes;

public sealed class ProbeListenerTests : IAsyncDisposable
{
    private readonly ProbeListener _listener = ProbeListener.Start(
        new Uri("http://127.0.0.1:0"), (path, accept) => Task.FromResult(ProbeAnswer.Text(path == "/" ? 200 : 404, $"{path} {accept}")), TimeProvider.System);

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task A_request_is_answered_with_what_was_asked_for()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/plain");
        Assert.Equal("/ text/plain\n", await client.GetStringAsync(_listener.Url));
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\n\r\n", 405)]
    [InlineData("GET /x HTTP/1.1\r\n\r\n", 404)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET / HTTP/2.0\r\n\r\n", 400)]
    public async Task What_is_not_answered_is_refused(string request, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await SayAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task A_head_without_end_is_refused() => Assert.StartsWith("HTTP/1.1 400 ", await SayAsync(new string('x', 8 << 10)), StringComparison.Ordinal);

    [Fact]
    public async Task Many_that_never_ask_do_not_keep_it_from_stopping()
    {
        var silent = new List<TcpClient>();
        for (var i = 0; i < 40; i++)
        {
            silent.Add(new TcpClient());
            await silent[^1].ConnectAsync(_listener.Url.Host, _listener.Url.Port, _patience.Token);
        }

        await _listener.DisposeAsync().AsTask().WaitAsync(_patience.Token);
        silent.ForEach(static client => client.Dispose());
    }

    private async Task<string> SayAsync(string words)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_listener.Url.Host, _listener.Url.Port, _patience.Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(words), _patience.Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(_patience.Token);
    }
}
