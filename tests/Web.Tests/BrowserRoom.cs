using Microsoft.Playwright;

namespace MiniLambda.Web.Tests;

/// <summary>One browser process and one cluster for all tests that drive the page; each test has a browsing context of its own.</summary>
public sealed class BrowserRoom : IAsyncLifetime
{
    /// <summary>A browser on two busy cores may take its time; a test that waits so long has failed.</summary>
    public const float Patience = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public WebCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (BrowserFactAttribute.Chromium is not { } chromium)
            return;
        Cluster = await WebCluster.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }

    /// <summary>A browser that has not been here before.</summary>
    public async Task<IPage> OpenAsync(Action<BrowserNewContextOptions>? configure = null, Uri? url = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = (url ?? Cluster.Url).ToString(), ViewportSize = new ViewportSize { Width = 1280, Height = 800 } };
        configure?.Invoke(options);
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    /// <summary>One that signed in, at a path.</summary>
    public async Task<IPage> SignInAsync(string path = "/", string? token = null, Action<BrowserNewContextOptions>? configure = null, Uri? url = null)
    {
        var page = await OpenAsync(configure, url);
        await page.GotoAsync($"/sign-in?next={Uri.EscapeDataString(path)}");
        await page.FillAsync("#token", token ?? Cluster.Token);
        await page.ClickAsync("text=Sign in >> nth=-1");
        await page.WaitForURLAsync(to => new Uri(to).PathAndQuery == path);
        return page;
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserRoom>
{
    public const string Name = "browser";
}
