using Microsoft.Playwright;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Web.Tests.Security;

/// <summary>Markup and control characters in everything that comes from outside: shown, and never run.</summary>
[Collection(BrowserTests.Name)]
public sealed class PlantedMarkupTests(BrowserRoom room) : PageTest(room)
{
    private const string Planted = "</textarea></script><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script><svg onload=window.pwned=1>";

    [BrowserFact]
    public async Task What_others_wrote_is_shown_and_never_run()
    {
        var cluster = Room.Cluster;
        await cluster.PushAsync("planted", "says_stdin_and_fails", $"description = '''{Planted}'''\nargs = ['''{Planted}''']\n# {Planted}\n");
        await using var worker = await cluster.AddWorkerAsync("planted-1", static options => options.Labels["note"] = Planted);
        var job = (await cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest
        {
            Function = "planted",
            Input = Google.Protobuf.ByteString.CopyFromUtf8($"{Planted} \u001b[31m \u202e"),
            Overrides = new JobOverrides { Env = { ["NOTE"] = Planted } },
        })).Job;
        await cluster.EndAsync(job.Id);
        await cluster.RecordAsync("planted", Planted, $"{Planted} \u001b[31m");
        var page = await Room.SignInAsync();
        var wrong = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                wrong.Add($"{page.Url}: {message.Text}");
        };
        page.Dialog += (_, dialog) => wrong.Add(dialog.Message);
        string[] paths =
        [
            "/", "/functions", "/functions/planted", "/jobs", $"/jobs/{job.Id}", "/nodes", "/nodes/planted-1", "/dead-letters", $"/jobs/new?function={Uri.EscapeDataString(Planted)}",
            $"/jobs?function={Uri.EscapeDataString(Planted)}", $"/jobs?tenant={Uri.EscapeDataString(Planted)}", $"/functions/{Uri.EscapeDataString(Planted)}",
            $"/jobs/{Uri.EscapeDataString(Planted)}", $"/nodes/{Uri.EscapeDataString(Planted)}", $"/jobs?page={Uri.EscapeDataString(Planted)}",
            "/audit", $"/audit?text={Uri.EscapeDataString(Planted)}", $"/audit?page={Uri.EscapeDataString(Planted)}",
        ];
        foreach (var path in paths)
        {
            await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            Assert.Equal("undefined", await page.EvaluateAsync<string>("typeof window.pwned"));
            Assert.Equal(0, await page.Locator("main img, main script, [onerror], [onload]").CountAsync());
        }

        Assert.Empty(wrong);
        await page.GotoAsync($"/jobs/{job.Id}");
        foreach (var part in (string[])["#log", "[aria-label=Result]", "[aria-label=Input]"])
        {
            var shown = await page.InnerTextAsync(part);
            Assert.Contains("<script>window.pwned=1</script>", shown, StringComparison.Ordinal);
            Assert.Contains("\\x1b[31m \\u202e", shown, StringComparison.Ordinal);
        }

        await page.GotoAsync($"/audit?text={Uri.EscapeDataString(Planted)}");
        var entry = await page.InnerTextAsync("#entries tr >> nth=0");
        Assert.Equal(3, entry.Split("<script>window.pwned=1</script>").Length);
        Assert.Contains("\\x1b[31m", entry, StringComparison.Ordinal);
        Assert.Equal(Planted, await page.InputValueAsync("#text"));
        await page.GotoAsync($"/jobs/{job.Id}");
        Assert.Contains("<img src=x", await page.InnerTextAsync("pre.text >> nth=0"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_log_that_follows_is_shown_and_never_run()
    {
        var cluster = Room.Cluster;
        await cluster.PushAsync("planted-log", "says_stdin_and_fails", "[placement]\nlabels = { planted = \"late\" }\n");
        var job = await cluster.SubmitAsync("planted-log", $"{Planted} \u001b[31m \u202e ä\u200d");
        var page = await Room.SignInAsync($"/jobs/{job.Id}");
        await using var worker = await cluster.AddWorkerAsync("planted-2", static options => options.Labels["planted"] = "late");
        await page.Locator("#log").GetByText("<script>window.pwned=1</script>").WaitForAsync();
        Assert.Contains("\\x1b[31m \\u202e ä\u200d", await page.InnerTextAsync("#log"), StringComparison.Ordinal);
        Assert.Equal("undefined", await page.EvaluateAsync<string>("typeof window.pwned"));
    }

    [BrowserFact]
    public async Task A_result_that_is_a_page_is_saved_and_not_opened()
    {
        await Room.Cluster.PushAsync("page", "echoes_stdin");
        var job = await Room.Cluster.EndAsync((await Room.Cluster.SubmitAsync("page", $"<!DOCTYPE html>{Planted}")).Id);
        var page = await Room.SignInAsync();
        foreach (var path in (string[])[$"/jobs/{job.Id}/result", $"/jobs/{job.Id}/input"])
        {
            var answer = await page.APIRequest.GetAsync(path);
            Assert.Equal("application/octet-stream", answer.Headers["content-type"]);
            Assert.StartsWith("attachment;", answer.Headers["content-disposition"], StringComparison.Ordinal);
            Assert.Contains("sandbox", answer.Headers["content-security-policy"], StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
        }

        var raw = await page.APIRequest.GetAsync($"/v1/jobs/{job.Id}/result");
        Assert.Contains("sandbox", raw.Headers["content-security-policy"], StringComparison.Ordinal);
        Assert.Equal("nosniff", raw.Headers["x-content-type-options"]);
    }
}
