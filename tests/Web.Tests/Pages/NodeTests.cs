namespace MiniLambda.Web.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class NodeTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task A_node_is_drained_resumed_and_removed()
    {
        await using var worker = await Room.Cluster.AddWorkerAsync("shed-1", static options => options.Labels["room"] = "shed");
        var page = await Room.SignInAsync("/nodes");
        await page.ClickAsync("a:text-is('shed-1')");
        await page.GetByText("room = shed").WaitForAsync();
        await page.FillAsync("#within", "soon");
        await FollowAsync(page, "button:text-is('Drain')");
        await page.GetByText("the deadline is a duration such as").WaitForAsync();
        await page.FillAsync("#within", "5m");
        await FollowAsync(page, "button:text-is('Drain')");
        await page.Locator(".n-draining").WaitForAsync();
        await FollowAsync(page, "button:text-is('Resume')");
        await page.Locator(".n-ready").WaitForAsync();
        await page.ClickAsync("summary:text-is('Remove')");
        await page.ClickAsync("button:text-is('Remove shed-1')");
        await page.GetByText("shed-1 is removed; 0 jobs that it held go to others.").WaitForAsync();
        Assert.Equal(0, await page.Locator("a:text-is('shed-1')").CountAsync());
    }

    [BrowserFact]
    public async Task Gauges_and_curves_move_by_themselves()
    {
        var page = await Room.SignInAsync("/nodes/attic-1");
        var before = await page.GetAttributeAsync("#c-cpu path.line", "d");
        await page.WaitForFunctionAsync("before => document.querySelector('#c-cpu path.line').getAttribute('d') !== before", before);
        await page.GotoAsync("/nodes");
        await page.Locator("#n-attic-1 [aria-label^='CPU']").WaitForAsync();
        await page.Locator("#n-attic-1 [aria-label$='of 2 slots busy']").WaitForAsync();
    }
}
