using System.Reflection;
using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using MiniLambda.Contracts.V1;
using Xunit.Abstractions;

namespace MiniLambda.Web.Tests.Pages;

/// <summary>How the pages look and read: in both themes, on a desk and on a phone. Leaves a screenshot of each in artifacts/screenshots.</summary>
[Collection(BrowserTests.Name)]
public sealed class AppearanceTests(BrowserRoom room, ITestOutputHelper output) : PageTest(room)
{
    private static readonly string Screenshots = typeof(AppearanceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "Screenshots").Value!;

    /// <summary>In both themes, on a desk and on a phone. Each page is fetched once, and changes its look as it stands.</summary>
    [BrowserFact]
    public async Task Every_page_is_fit_for_a_screen_reader_and_as_wide_as_the_screen()
    {
        var pages = await PrepareAsync();
        var page = await Room.SignInAsync(configure: static options => (options.ColorScheme, options.ReducedMotion) = (ColorScheme.Dark, ReducedMotion.Reduce));
        await page.AddInitScriptAsync(new BundledAxeScriptProvider().GetScript());
        var problems = new List<string>();
        Directory.CreateDirectory(Screenshots);
        foreach (var (name, path) in pages)
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await page.SetViewportSizeAsync(1280, 800);
            Assert.Equal(200, (await page.GotoAsync(path))!.Status);
            await LookAsync("dark-desk");
            problems.AddRange((await ViolationsAsync(page)).Select(violation => $"{name}: {violation}"));
            await page.SetViewportSizeAsync(390, 844);
            await LookAsync("dark-phone");
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
            await LookAsync("light-phone");
            await page.SetViewportSizeAsync(1280, 800);
            await LookAsync("light-desk");
            // Between the themes only the colours differ.
            problems.AddRange((await ViolationsAsync(page, "color-contrast")).Select(violation => $"{name}, light: {violation}"));

            async Task LookAsync(string look)
            {
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, $"{name}-{look}.png"), FullPage = true });
                var widths = await page.EvaluateAsync<int[]>("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
                if (widths[0] > widths[1])
                    problems.Add($"{name}, {look}: {widths[0]} pixels wide on a screen of {widths[1]}");
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [BrowserFact]
    public async Task The_look_can_be_chosen_and_stays_chosen()
    {
        var page = await Room.SignInAsync(configure: static options => options.ColorScheme = ColorScheme.Light);
        var system = await GroundAsync(page);
        await page.ClickAsync("form.theme button");
        await page.Locator("html[data-theme=dark]").WaitForAsync();
        Assert.NotEqual(system, await GroundAsync(page));
        await page.GotoAsync("/jobs");
        Assert.Equal("dark", await page.GetAttributeAsync("html", "data-theme"));
        await page.ClickAsync("form.theme button");
        await page.Locator("html[data-theme=light]").WaitForAsync();
        Assert.Equal(system, await GroundAsync(page));
    }

    [BrowserFact]
    public async Task Pages_are_small_and_load_nothing_from_elsewhere()
    {
        var pages = await PrepareAsync();
        var page = await Room.SignInAsync();
        var others = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Room.Cluster.Url.ToString(), StringComparison.Ordinal))
                others.Add(request.Url);
        };
        foreach (var (name, path) in pages)
        {
            await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            var weights = await page.EvaluateAsync<JsonElement>("""
                async () => ({
                  html: performance.getEntriesByType('navigation')[0].encodedBodySize,
                  files: performance.getEntriesByType('resource').filter(e => e.name.includes('/assets/')).reduce((sum, e) => sum + e.encodedBodySize, 0),
                  paint: await new Promise(told => {
                    const look = () => {
                      const [paint] = performance.getEntriesByName('first-contentful-paint');
                      paint ? told(paint.startTime) : requestAnimationFrame(look);
                    };
                    look();
                  }),
                })
                """);
            var (html, files) = (weights.GetProperty("html").GetInt64(), weights.GetProperty("files").GetInt64());
            output.WriteLine($"{name}: HTML {html} bytes, style, script and picture {files} bytes, first paint after {weights.GetProperty("paint").GetDouble():0} ms");
            Assert.InRange(html + files, 1, 96 << 10);
        }

        Assert.Empty(others);
    }

    [BrowserFact]
    public async Task The_keyboard_alone_leads_through_the_page()
    {
        var page = await Room.SignInAsync("/jobs");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("state", await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    /// <summary>What axe finds that is serious, in a page that has it as its script; by all its rules, or by one.</summary>
    private static Task<string[]> ViolationsAsync(IPage page, string? rule = null) => page.EvaluateAsync<string[]>(
        """
        async rule => {
          const found = await axe.run(document, { resultTypes: ['violations'], ...(rule && { runOnly: { type: 'rule', values: [rule] } }) });
          if (found.passes.length + found.violations.length === 0) throw new Error('axe looked at nothing');
          return found.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
            .map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html).join('; ')}`);
        }
        """,
        rule);

    private static Task<string> GroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");

    private async Task<IReadOnlyList<(string Name, string Path)>> PrepareAsync()
    {
        var cluster = Room.Cluster;
        await cluster.PushAsync("echo", "echoes_stdin", "description = \"Says what it hears.\"\n");
        await cluster.PushAsync("fails", "says_stdin_and_fails", "description = \"Says what it hears, and fails.\"\n[retry]\nattempts = 2\non = [\"exit\"]\nbackoff = \"10ms\"\n");
        var good = await cluster.EndAsync((await cluster.SubmitAsync("echo", "one line\nand another\n")).Id);
        var bad = await cluster.EndAsync((await cluster.SubmitAsync("fails", "reading the photo\nit is not one\n")).Id);
        Assert.Equal(Job.Types.State.Failed, bad.State);
        await cluster.RecordAsync("function.delete", "echo", "a reader, may not do this: it takes the role operator", isDenied: true);
        return
        [
            ("overview", "/"), ("functions", "/functions"), ("function", "/functions/echo"), ("jobs", "/jobs"), ("launch", "/jobs/new"), ("job", $"/jobs/{good.Id}"),
            ("failed-job", $"/jobs/{bad.Id}"), ("nodes", "/nodes"), ("node", "/nodes/attic-1"), ("dead-letters", "/dead-letters"), ("tokens", "/tokens"), ("audit", "/audit"),
        ];
    }
}
