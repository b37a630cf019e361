using Microsoft.Playwright;

namespace MiniLambda.Web.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class FunctionTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task A_function_is_pushed_by_the_file_field_looked_at_and_deleted()
    {
        var page = await Room.SignInAsync("/functions");
        await PushAsync(page, "by-field", "echoes_stdin");
        await page.GetByText("by-field@1 is pushed.").WaitForAsync();
        Assert.Equal("/functions/by-field", new Uri(page.Url).AbsolutePath);
        Assert.Contains("name = \"by-field\"", await page.InnerTextAsync("pre.text"), StringComparison.Ordinal);
        await page.GetByText("wasi_snapshot_preview1.fd_read").WaitForAsync();

        await page.GotoAsync("/functions");
        await PushAsync(page, "by-field", "says_stdin_and_fails");
        await page.GetByText("by-field@2 is pushed.").WaitForAsync();
        await page.ClickAsync("tr:has(a:text-is('1')) summary");
        await page.ClickAsync("text=Delete version 1");
        await page.GetByText("by-field@1 is deleted.").WaitForAsync();

        await page.GotoAsync("/functions/by-field");
        await page.ClickAsync("text=Delete the whole function");
        await page.ClickAsync("text=Delete by-field with all its versions");
        await page.GetByText("by-field is deleted, with its one version.").WaitForAsync();
        Assert.Equal(0, await page.Locator("a:text-is('by-field')").CountAsync());
    }

    [BrowserFact]
    public async Task A_function_is_pushed_by_dropping_its_files()
    {
        var page = await Room.SignInAsync("/functions");
        var files = await page.EvaluateHandleAsync(
            """
            bytes => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], 'dropped.wasm'));
              transfer.items.add(new File(['name = "dropped"\nmodule = "dropped.wasm"\n'], 'minilambda.toml'));
              return transfer;
            }
            """,
            Convert.ToBase64String(WebCluster.Module("echoes_stdin")));
        await page.DispatchEventAsync("form[data-drop]", "drop", new { dataTransfer = files });
        await page.GetByText("minilambda.toml is taken.").WaitForAsync();
        await page.ClickAsync("button:text-is('Push')");
        await page.GetByText("dropped@1 is pushed.").WaitForAsync();
    }

    [BrowserFact]
    public async Task What_is_wrong_with_a_function_is_said_and_the_manifest_stays_filled_in()
    {
        var page = await Room.SignInAsync("/functions");
        await page.SetInputFilesAsync("#module", new FilePayload { Name = "no.wasm", MimeType = "application/wasm", Buffer = "no module"u8.ToArray() });
        await page.FillAsync("#manifest", "name = \"Not A Name\"\nmodule = \"x.wasm\"\n[limits]\nmemroy = \"1MiB\"\n");
        await page.ClickAsync("button:text-is('Push')");
        var refusal = await page.InnerTextAsync("p.refusal");
        Assert.Contains("minilambda.toml", refusal, StringComparison.Ordinal);
        Assert.Contains("memroy", refusal, StringComparison.Ordinal);
        Assert.True(refusal.Split('\n').Length > 1, refusal);
        Assert.Contains("Not A Name", await page.InputValueAsync("#manifest"), StringComparison.Ordinal);
        // It is told once.
        await page.ReloadAsync();
        Assert.Equal(0, await page.Locator("p.refusal").CountAsync());
    }

    private static async Task PushAsync(IPage page, string name, string fixture)
    {
        await page.SetInputFilesAsync("#module", new FilePayload { Name = $"{name}.wasm", MimeType = "application/wasm", Buffer = WebCluster.Module(fixture) });
        await page.FillAsync("#manifest", $"name = \"{name}\"\nmodule = \"{name}.wasm\"\n");
        await FollowAsync(page, "button:text-is('Push')");
    }
}
