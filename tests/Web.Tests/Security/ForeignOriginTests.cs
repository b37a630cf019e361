using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Web.Tests.Security;

/// <summary>A page of another origin that knows everything but the session's form token.</summary>
[Collection(BrowserTests.Name)]
public sealed class ForeignOriginTests(BrowserRoom room) : PageTest(room)
{
    /// <summary>The first is of the same site, as ports make no other: the browser sends the cookie along, and only where the form comes from betrays it.</summary>
    [BrowserTheory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_page_of_another_origin_changes_nothing(string host)
    {
        await Room.Cluster.PushAsync("aimed-at", "echoes_stdin", "[placement]\nlabels = { nowhere = \"yes\" }\n");
        var job = await Room.Cluster.SubmitAsync("aimed-at");
        await using var evil = await ServeAsync($"""
            <!DOCTYPE html><title>evil</title>
            <form id="f" method="post" action="{Room.Cluster.Url}jobs/{job.Id}/cancel"><input name="form-token" value="{new string('0', 64)}"></form>
            <script>
            fetch('{Room.Cluster.Url}v1/jobs/{job.Id}/cancel', {"{"} method: 'POST', credentials: 'include', mode: 'no-cors' {"}"})
              .finally(() => fetch('{Room.Cluster.Url}jobs/{job.Id}/cancel', {"{"} method: 'POST', credentials: 'include', mode: 'no-cors' {"}"}))
              .finally(() => document.getElementById('f').submit());
            </script>
            """);
        var page = await Room.SignInAsync();
        await page.GotoAsync(new UriBuilder(evil.Urls.First()) { Host = host }.Uri.ToString());
        await page.GetByText("this came from a page of another origin; nothing was done").WaitForAsync();
        Assert.Null((await Room.Cluster.GetAsync(job.Id)).FinishedAt);
        // Who is signed in stays so.
        await page.GotoAsync($"/jobs/{job.Id}");
        await page.ClickAsync("button:text-is('Cancel')");
        await page.Locator(".headline .s-cancelled").WaitForAsync();
    }

    [BrowserFact]
    public async Task No_other_page_frames_this_one()
    {
        await using var evil = await ServeAsync($"<!DOCTYPE html><title>evil</title><iframe src=\"{Room.Cluster.Url}\"></iframe>");
        var page = await Room.SignInAsync();
        var refused = page.WaitForConsoleMessageAsync(new() { Predicate = static message => message.Text.Contains("frame-ancestors", StringComparison.Ordinal) });
        await page.GotoAsync(evil.Urls.First());
        await refused;
    }

    private static async Task<WebApplication> ServeAsync(string html)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/", () => Results.Content(html, "text/html"));
        await app.StartAsync();
        return app;
    }
}
