using System.Net;
using MiniLambda.Contracts.V1;
using MiniLambda.Web.Tests.Entrance;

namespace MiniLambda.Web.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class AuditTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task Entries_are_filtered_and_paged_the_newest_first()
    {
        for (var i = 0; i < 60; i++)
            await Room.Cluster.RecordAsync("paged", $"entry-{i}", isDenied: i is 3 or 57);
        var page = await Room.SignInAsync("/audit");
        await page.Locator("nav a[aria-current]:text-is('Audit')").WaitForAsync();
        await page.FillAsync("#text", "ENTRY-");
        await FollowAsync(page, "button:text-is('Filter')");
        await page.WaitForURLAsync(static to => to.Contains("text=ENTRY-", StringComparison.Ordinal));
        Assert.Equal(50, await page.Locator("#entries tr").CountAsync());
        Assert.Contains("entry-59", await page.InnerTextAsync("#entries tr >> nth=0"), StringComparison.Ordinal);
        await FollowAsync(page, "nav.pager >> text=Older");
        await page.GetByText("entry-9").WaitForAsync();
        Assert.Equal(10, await page.Locator("#entries tr").CountAsync());
        await FollowAsync(page, "nav.pager >> text=Newest");
        await page.GetByText("entry-59").WaitForAsync();
        await page.SelectOptionAsync("#outcome", "denied");
        await FollowAsync(page, "button:text-is('Filter')");
        await page.WaitForURLAsync(static to => to.Contains("outcome=denied", StringComparison.Ordinal));
        var denied = await page.Locator("#entries tr").AllInnerTextsAsync();
        Assert.Equal(2, denied.Count);
        Assert.Contains("entry-57", denied[0], StringComparison.Ordinal);
        Assert.Contains("entry-3", denied[1], StringComparison.Ordinal);
        await page.FillAsync("#text", "nothing of the kind");
        await FollowAsync(page, "button:text-is('Filter')");
        await page.GetByText("No entry fits.").WaitForAsync();
    }

    [BrowserFact]
    public async Task Whether_the_log_is_intact_is_told_when_it_is_asked()
    {
        var page = await Room.SignInAsync("/audit");
        await FollowAsync(page, "button:text-is('Verify the log')");
        await page.Locator("p.notice.done").GetByText("The log is intact: ").WaitForAsync();
        var head = (await page.InnerTextAsync("p.notice.done")).Split(' ')[^1].Trim();
        Assert.Equal(64, head.Length);
        await page.FillAsync("#head", head);
        await FollowAsync(page, "button:text-is('Verify the log')");
        await page.Locator("p.notice.done").GetByText("The log is intact: ").WaitForAsync();
        await page.FillAsync("#head", new string('0', 64));
        await FollowAsync(page, "button:text-is('Verify the log')");
        await page.Locator("p.notice.refusal").GetByText("The log is broken").WaitForAsync();
    }

    [BrowserFact]
    public async Task Who_may_not_read_the_log_is_not_led_to_it_and_refused()
    {
        var tenantAdmin = (await Room.Cluster.Connection.Access.CreateTokenAsync(new CreateTokenRequest { Role = Role.Admin, Tenant = "audited" })).Secret;
        foreach (var token in (string[])[Room.Cluster.Reader, Room.Cluster.Submitter, Room.Cluster.OtherTenant, tenantAdmin])
        {
            using var client = new BrowserlessClient(Room.Cluster.Url);
            await client.SignInAsync(token);
            Assert.DoesNotContain("href=\"/audit", await client.ReadAsync("/jobs"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/audit")).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/audit/verify", ("form-token", await client.FormTokenAsync()))).StatusCode);
        }
    }

    [Fact]
    public async Task A_log_that_was_altered_is_told_to_be_broken_and_where()
    {
        await using var cluster = await WebCluster.StartAsync(withWorker: false);
        await cluster.RecordAsync("altered", "as-it-was");
        var file = Directory.GetFiles(cluster.AuditFolder, "audit-*.jsonl").Single();
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("as-it-was", "as-it-iss", StringComparison.Ordinal));
        var number = text.Split('\n').TakeWhile(static line => !line.Contains("as-it-was", StringComparison.Ordinal)).Count() + 1;
        using var client = new BrowserlessClient(cluster.Url);
        await client.SignInAsync(cluster.Token);
        var answer = await client.PostAsync("/audit/verify", ("form-token", await client.FormTokenAsync()), ("back", "/audit"));
        Assert.Equal("/audit", answer.Headers.Location!.ToString());
        var page = await client.ReadAsync("/audit");
        Assert.Contains($"role=\"alert\">The log is broken at entry {number}: its hash does not fit", page, StringComparison.Ordinal);
    }
}
