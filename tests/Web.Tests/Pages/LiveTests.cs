using System.Net;
using System.Net.Sockets;

namespace MiniLambda.Web.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class LiveTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task A_killed_stream_comes_back_and_shows_what_happened_meanwhile()
    {
        await Room.Cluster.PushAsync("meanwhile", "echoes_stdin");
        await using var wire = new Wire(Room.Cluster.Url);
        var page = await Room.SignInAsync("/jobs?function=meanwhile", url: wire.Url);
        await page.Locator("#link-state.on").WaitForAsync();
        wire.Cut();
        await page.Locator("#link-state:text-is('reconnecting')").WaitForAsync();
        var job = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("meanwhile")).Id);
        Assert.Equal(0, await page.Locator($"#j-{job.Id}").CountAsync());
        wire.Mend();
        await page.Locator($"#j-{job.Id} .s-succeeded").WaitForAsync();
        await page.Locator("#link-state.on").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_session_that_ends_in_the_middle_says_so_and_leads_back()
    {
        await Room.Cluster.PushAsync("in-the-middle", "echoes_stdin", "[placement]\nlabels = { nowhere = \"yes\" }\n");
        var job = await Room.Cluster.SubmitAsync("in-the-middle");
        var page = await Room.SignInAsync($"/jobs/{job.Id}");
        await page.Locator("#link-state.on").WaitForAsync();
        await page.Context.ClearCookiesAsync();
        // Something happens, and the page looks for it.
        await Room.Cluster.SubmitAsync("in-the-middle");
        await page.GetByText("The session is over.").WaitForAsync();
        await page.ClickAsync("button:text-is('Cancel')");
        await page.GetByText("The session was over before this was done.").WaitForAsync();
        Assert.Null((await Room.Cluster.GetAsync(job.Id)).FinishedAt);
        await page.FillAsync("#token", Room.Cluster.Token);
        await page.ClickAsync("button:text-is('Sign in')");
        await page.WaitForURLAsync(to => new Uri(to).AbsolutePath == $"/jobs/{job.Id}");
        await page.ClickAsync("button:text-is('Cancel')");
        await page.Locator(".headline .s-cancelled").WaitForAsync();
    }

    [BrowserFact]
    public async Task What_somebody_opened_or_chose_stays_when_the_page_changes_under_it()
    {
        await Room.Cluster.PushAsync("changes", "exits_with_3");
        var first = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("changes")).Id);
        var page = await Room.SignInAsync("/dead-letters");
        await page.Locator("#link-state.on").WaitForAsync();
        await page.CheckAsync($"#j-{first.Id} input");
        await page.ClickAsync("text=All of them");
        var second = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("changes")).Id);
        await page.Locator($"#j-{second.Id}").WaitForAsync();
        Assert.True(await page.IsCheckedAsync($"#j-{first.Id} input"));
        Assert.True(await page.IsVisibleAsync("text=Redrive all"));
    }

    /// <summary>A wire between a browser and the orchestrator that can be cut.</summary>
    private sealed class Wire : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Uri _to;
        private readonly Task _accepting;
        private readonly Lock _gate = new();
        private readonly List<TcpClient> _open = [];
        private bool _isCut;

        public Wire(Uri to)
        {
            _to = to;
            _listener.Start();
            Url = new UriBuilder(to) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
            _accepting = AcceptAsync();
        }

        public Uri Url { get; }

        public void Cut()
        {
            lock (_gate)
            {
                _isCut = true;
                _open.ForEach(static client => client.Close());
                _open.Clear();
            }
        }

        public void Mend()
        {
            lock (_gate)
                _isCut = false;
        }

        public async ValueTask DisposeAsync()
        {
            Cut();
            _listener.Stop();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = JoinAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
            }
        }

        private async Task JoinAsync(TcpClient from)
        {
            var to = new TcpClient();
            try
            {
                await to.ConnectAsync(_to.Host, _to.Port);
                lock (_gate)
                {
                    _open.AddRange([from, to]);
                    if (_isCut)
                        Cut();
                }

                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream()), to.GetStream().CopyToAsync(from.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
            }
            finally
            {
                from.Close();
                to.Close();
            }
        }
    }
}
