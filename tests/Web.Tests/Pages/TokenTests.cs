namespace MiniLambda.Web.Tests.Pages;

[Collection(BrowserTests.Name)]
public sealed class TokenTests(BrowserRoom room) : PageTest(room)
{
    [BrowserFact]
    public async Task A_token_is_made_told_once_and_revoked_and_who_signed_in_with_it_is_out()
    {
        var page = await Room.SignInAsync("/tokens");
        await page.SelectOptionAsync("#role", "operator");
        await page.FillAsync("#of-tenant", "lab");
        await page.FillAsync("#ttl", "soon");
        await page.FillAsync("#description", "for <b>Ada</b>");
        await FollowAsync(page, "button:text-is('Make')");
        await page.GetByText("the time that it lives is a duration such as").WaitForAsync();
        Assert.Equal("lab", await page.InputValueAsync("#of-tenant"));
        await page.FillAsync("#ttl", "30d");
        await FollowAsync(page, "button:text-is('Make')");
        var told = await page.InnerTextAsync("p.notice.done");
        var (id, text) = (told.Split(' ')[1], told.Split('\n')[^1].Trim());
        await page.ReloadAsync();
        Assert.DoesNotContain(text, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByText("for <b>Ada</b>").WaitForAsync();

        var other = await Room.SignInAsync("/jobs", text);
        await other.GetByText("operator, tenant lab").WaitForAsync();
        Assert.Equal(0, await other.Locator("nav a:text-is('Tokens')").CountAsync());
        await other.Locator("#link-state.on").WaitForAsync();

        await page.ClickAsync($"tr:has(code:text-is('{id}')) summary");
        await page.ClickAsync($"button:text-is('Revoke {id}')");
        await page.GetByText($"Token {id} is revoked.").WaitForAsync();
        // The stream ends with the token, and the page that looks why is told.
        await other.GetByText("The session is over.").WaitForAsync();
        await other.ReloadAsync();
        await other.Locator("#token").WaitForAsync();
    }
}
