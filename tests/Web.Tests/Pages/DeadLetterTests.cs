using MiniLambda.Contracts.V1;

namespace MiniLambda.Web.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class DeadLetterTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task Dead_letters_are_redriven_and_purged_one_by_one_and_all_at_once()
    {
        var cluster = Room.Cluster;
        await cluster.PushAsync("dies", "exits_with_3");
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await cluster.EndAsync((await cluster.SubmitAsync("dies")).Id)).Id);
        var page = await Room.SignInAsync("/dead-letters");
        await FollowAsync(page, "text=Redrive the chosen");
        await page.GetByText("no job was chosen").WaitForAsync();

        await page.CheckAsync($"#j-{ids[0]} input");
        await FollowAsync(page, "text=Redrive the chosen");
        await page.GetByText("1 job redriven.").WaitForAsync();
        await cluster.WaitAsync(ids[0], static job => job.Attempt == 2 && job.FinishedAt is not null);

        await page.ReloadAsync();
        await page.CheckAsync($"#j-{ids[0]} input");
        await page.CheckAsync($"#j-{ids[1]} input");
        await FollowAsync(page, "text=Purge the chosen");
        await page.GetByText("2 jobs purged.").WaitForAsync();
        Assert.Equal(0, await page.Locator($"#j-{ids[0]}, #j-{ids[1]}").CountAsync());

        await page.CheckAsync("#choose-all");
        Assert.True(await page.IsCheckedAsync($"#j-{ids[2]} input"));
        await page.ClickAsync("text=All of them");
        await page.ClickAsync("button:text-is('Purge all')");
        await page.GetByText("There are none.").WaitForAsync();
        Assert.Empty((await cluster.Connection.Jobs.ListAsync(new ListJobsRequest { DeadLettered = true })).Jobs);
    }
}
