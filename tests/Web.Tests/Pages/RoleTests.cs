using System.Net;
using MiniLambda.Contracts.V1;
using MiniLambda.Web.Tests.Entrance;

namespace MiniLambda.Web.Tests.Pages;

/// <summary>What a token does not allow is not offered, and refused when it is tried.</summary>
[Collection(BrowserTests.Name)]
public sealed class RoleTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task A_reader_sees_and_changes_nothing()
    {
        await Room.Cluster.PushAsync("read", "exits_with_3");
        var job = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("read")).Id);
        var page = await Room.SignInAsync("/functions/read", Room.Cluster.Reader);
        foreach (var path in (string[])["/functions", "/functions/read", "/jobs", $"/jobs/{job.Id}", "/nodes", "/nodes/attic-1", "/dead-letters"])
        {
            await page.GotoAsync(path);
            Assert.Equal(0, await page.Locator("main form[method=post] button, main a[href^='/jobs/new']").CountAsync());
        }

        await page.GotoAsync("/jobs/new");
        await page.GetByText("a reader, may not do this: it takes the role submitter").WaitForAsync();
        using var client = new BrowserlessClient(Room.Cluster.Url);
        await client.SignInAsync(Room.Cluster.Reader);
        var proof = ("form-token", await client.FormTokenAsync());
        foreach (var path in (string[])["/functions/read/delete", $"/jobs/{job.Id}/retry", $"/jobs/{job.Id}/remove", "/jobs/new", "/dead-letters/purge", "/nodes/attic-1/remove"])
            Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(path, proof, ("all", "yes"))).StatusCode);
        Assert.Equal(Job.Types.State.Failed, (await Room.Cluster.GetAsync(job.Id)).State);
    }

    [BrowserFact]
    public async Task A_submitter_launches_and_cancels_and_no_more()
    {
        await Room.Cluster.PushAsync("submitted", "exits_with_3");
        var page = await Room.SignInAsync("/jobs/new?function=submitted", Room.Cluster.Submitter);
        await page.ClickAsync("button:text-is('Launch')");
        await page.Locator(".headline .s-failed").WaitForAsync();
        Assert.Equal(0, await page.Locator("button:text-is('Run once more')").CountAsync());
        Assert.Equal(1, await page.Locator("a:text-is('Launch another')").CountAsync());
    }

    [BrowserFact]
    public async Task A_tenant_sees_what_is_its_own()
    {
        await Room.Cluster.PushAsync("not-theirs", "echoes_stdin");
        var job = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("not-theirs")).Id);
        var page = await Room.SignInAsync("/functions", Room.Cluster.OtherTenant);
        Assert.Equal(0, await page.Locator("a:text-is('not-theirs')").CountAsync());
        foreach (var path in (string[])["/functions/not-theirs", $"/jobs/{job.Id}", $"/jobs/{job.Id}/result", "/jobs?tenant=default"])
            Assert.Equal(404, (await page.GotoAsync(path))!.Status);
        await page.GotoAsync("/nodes/attic-1");
        Assert.Equal(0, await page.Locator("button:text-is('Drain')").CountAsync());
    }
}
