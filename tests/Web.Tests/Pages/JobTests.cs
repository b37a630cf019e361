using System.Text;
using Microsoft.Playwright;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Web.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class JobTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task A_job_is_launched_and_its_outcome_and_result_show_by_themselves()
    {
        await Room.Cluster.PushAsync("launched", "echoes_stdin");
        var page = await Room.SignInAsync("/jobs/new?function=launched");
        await page.FillAsync("#input", "said by hand\n");
        await page.ClickAsync("button:text-is('Launch')");
        await page.Locator(".headline .s-succeeded").WaitForAsync();
        await page.GetByLabel("Result", new PageGetByLabelOptions { Exact = true }).GetByText("said by hand").WaitForAsync();
        await page.GetByText("ran on 'attic-1'").WaitForAsync();
        Assert.Equal(1, await page.Locator("svg.timeline rect.run.good").CountAsync());

        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#job >> text=Download"));
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        Assert.Equal("said by hand\n", await reader.ReadToEndAsync());
    }

    [BrowserFact]
    public async Task A_job_takes_a_file_and_settings_and_a_binary_result_is_shown_as_numbers()
    {
        await Room.Cluster.PushAsync("binary", "echoes_stdin");
        var page = await Room.SignInAsync("/jobs/new?function=binary");
        await page.SetInputFilesAsync("#input-file", new FilePayload { Name = "b", MimeType = "application/octet-stream", Buffer = [0, 1, 2, 0xff] });
        await page.ClickAsync("text=More settings");
        await page.FillAsync("#priority", "7");
        await page.FillAsync("#env", "WHERE=attic");
        await page.ClickAsync("button:text-is('Launch')");
        await page.Locator(".headline .s-succeeded").WaitForAsync();
        await page.GetByText("0000 00 01 02 ff").First.WaitForAsync();
        var job = await Room.Cluster.GetAsync(new Uri(page.Url).AbsolutePath.Split('/')[^1]);
        Assert.Equal(7, job.Priority);
        Assert.Equal("attic", job.Overrides.Env["WHERE"]);
    }

    [BrowserFact]
    public async Task A_refused_launch_says_why_and_stays_filled_in()
    {
        var page = await Room.SignInAsync("/jobs/new");
        await page.FillAsync("#function", "nobody-pushed-this");
        await page.FillAsync("#input", "kept");
        await page.ClickAsync("text=More settings");
        await page.FillAsync("#timeout", "soon");
        await page.ClickAsync("button:text-is('Launch')");
        await page.GetByText("the timeout is a duration such as").WaitForAsync();
        await page.FillAsync("#timeout", "5s");
        await page.ClickAsync("button:text-is('Launch')");
        await page.GetByText("there is no function 'nobody-pushed-this'").WaitForAsync();
        Assert.Equal("kept", await page.InputValueAsync("#input"));
        Assert.Equal("5s", await page.InputValueAsync("#timeout"));
    }

    [BrowserFact]
    public async Task The_log_follows_the_job_and_cancelling_it_shows()
    {
        await Room.Cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"10m\"\n[placement]\nlabels = { late = \"yes\" }\n");
        var job = await Room.Cluster.SubmitAsync("loops");
        var page = await Room.SignInAsync($"/jobs/{job.Id}");
        await page.Locator(".headline .s-queued").WaitForAsync();
        await page.GetByText("no worker can take it").First.WaitForAsync();
        Assert.Equal("", await page.InnerTextAsync("#log"));
        // Only now comes who can run it: what is seen from here on came by itself.
        await using var worker = await Room.Cluster.AddWorkerAsync("late-1", static options => options.Labels["late"] = "yes");
        await page.Locator(".headline .s-running").WaitForAsync();
        await page.Locator("#log").GetByText("here").WaitForAsync();
        await page.ClickAsync("button:text-is('Cancel')");
        await page.Locator(".headline .s-cancelled").WaitForAsync();
        Assert.Equal(Job.Types.State.Cancelled, (await Room.Cluster.GetAsync(job.Id)).State);
        await page.ClickAsync("summary:text-is('Remove')");
        await page.ClickAsync("text=Remove the job with its log and result");
        await page.GetByText($"Job {job.Id} is removed.").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_failed_job_runs_once_more()
    {
        await Room.Cluster.PushAsync("fails-twice", "exits_with_3");
        var job = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("fails-twice")).Id);
        var page = await Room.SignInAsync($"/jobs/{job.Id}");
        await page.GetByText("the function exited with code 3").First.WaitForAsync();
        await page.ClickAsync("button:text-is('Run once more')");
        await page.GetByText("The job runs once more.").WaitForAsync();
        await page.Locator("svg.timeline rect.run.bad").Nth(1).WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await page.Locator(".headline .s-failed").WaitForAsync();
    }

    [BrowserFact]
    public async Task Jobs_are_filtered_and_paged()
    {
        await Room.Cluster.PushAsync("many", "echoes_stdin");
        var ids = new List<string>();
        for (var i = 0; i < 60; i++)
            ids.Add((await Room.Cluster.SubmitAsync("many")).Id);
        await Room.Cluster.EndAsync(ids[^1]);
        var page = await Room.SignInAsync("/jobs");
        await page.FillAsync("#function", "many");
        await page.SelectOptionAsync("#since", "1h");
        await FollowAsync(page, "button:text-is('Filter')");
        Assert.Equal(50, await page.Locator("#jobs tr").CountAsync());
        await FollowAsync(page, "nav.pager >> text=Older");
        await page.Locator($"#j-{ids[0]}").WaitForAsync();
        Assert.Equal(10, await page.Locator("#jobs tr").CountAsync());
        await FollowAsync(page, "nav.pager >> text=Newest");
        await page.Locator($"#j-{ids[^1]}").WaitForAsync();
        await page.SelectOptionAsync("#state", "cancelled");
        await FollowAsync(page, "button:text-is('Filter')");
        await page.GetByText("No job matches.").WaitForAsync();
    }

    [BrowserFact]
    public async Task New_jobs_and_their_states_come_into_the_list_by_themselves()
    {
        await Room.Cluster.PushAsync("appears", "echoes_stdin");
        var page = await Room.SignInAsync("/jobs?function=appears");
        await page.GetByText("No job matches.").WaitForAsync();
        await page.Locator("#link-state.on").WaitForAsync();
        var job = await Room.Cluster.SubmitAsync("appears");
        await page.Locator($"#j-{job.Id} .s-succeeded").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_long_result_is_shown_in_part_and_downloaded_whole()
    {
        await Room.Cluster.PushAsync("megabyte", "writes_a_megabyte", "[limits]\noutput = \"2MiB\"\n");
        var job = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("megabyte")).Id);
        var page = await Room.SignInAsync($"/jobs/{job.Id}");
        Assert.True((await page.ContentAsync()).Length < 200_000);
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#job >> text=Download"));
        using var bytes = new MemoryStream();
        await (await download.CreateReadStreamAsync()).CopyToAsync(bytes);
        Assert.Equal(job.ResultSize, bytes.Length);
    }

    [BrowserFact]
    public async Task Everything_works_without_the_script()
    {
        await Room.Cluster.PushAsync("plain", "echoes_stdin");
        var page = await Room.OpenAsync(static options => options.JavaScriptEnabled = false);
        await page.GotoAsync("/jobs/new?function=plain");
        await page.FillAsync("#token", Room.Cluster.Token);
        await page.ClickAsync("button:text-is('Sign in')");
        await page.WaitForURLAsync(static to => new Uri(to).PathAndQuery == "/jobs/new?function=plain");
        await page.FillAsync("#input", "no script\n");
        await FollowAsync(page, "button:text-is('Launch')");
        var id = new Uri(page.Url).AbsolutePath.Split('/')[^1];
        await Room.Cluster.EndAsync(id);
        await page.ReloadAsync();
        Assert.Equal("no script\n", Encoding.UTF8.GetString((await Room.Cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "plain", Input = Google.Protobuf.ByteString.CopyFromUtf8("no script\n") })).Result.Span));
        Assert.Contains("no script", await page.InnerTextAsync("[aria-label=Result]"), StringComparison.Ordinal);
        await page.ClickAsync("summary:text-is('Remove')");
        await FollowAsync(page, "text=Remove the job with its log and result");
        Assert.Contains($"Job {id} is removed.", await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }
}
