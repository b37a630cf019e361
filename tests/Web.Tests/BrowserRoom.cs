using Microsoft.Playwright;

namespace MiniLambda.Web.Tests;

/// <summary>One browser process and one cluster for all tests that drive the page; each test has a browsing context of its own.</summary>
public sealed class BrowserRoom : IAsyncLifetime
{
    /// <summary>A browser on two busy cores may take its time; a test that waits so long has failed.</summary>
    public const float Patience = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private readonly List<IBrowserContext> _open = [];

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

    /// <summary>Closes what was opened.</summary>
    public async Task CloseAsync()
    {
        foreach (var context in _open)
            await context.CloseAsync();
        _open.Clear();
    }

    /// <summary>A browser that has not been here before.</summary>
    public async Task<IPage> OpenAsync(Action<BrowserNewContextOptions>? configure = null, Uri? url = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = (url ?? Cluster.Url).ToString(), ViewportSize = new ViewportSize { Width = 1280, Height = 800 } };
        configure?.Invoke(options);
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        _open.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>One that signed in, at a path.</summary>
    public async Task<IPage> SignInAsync(string path = "/", string? token = null, Action<BrowserNewContextOptions>? configure = null, Uri? url = null)
    {
        var page = await OpenAsync(configure, url);
        // As the form does it, without waiting for the form.
        var answer = await page.APIRequest.PostAsync("/sign-in", new APIRequestContextOptions
        {
            Headers = new Dictionary<string, string> { ["Origin"] = (url ?? Cluster.Url).GetLeftPart(UriPartial.Authority) },
            Form = page.APIRequest.CreateFormData().Set("token", token ?? Cluster.Token).Set("next", path),
            MaxRedirects = 0,
        });
        Assert.Equal(303, answer.Status);
        await page.GotoAsync(path);
        return page;
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserRoom>
{
    public const string Name = "browser";
}
