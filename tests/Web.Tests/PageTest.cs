using Microsoft.Playwright;

namespace MiniLambda.Web.Tests;

/// <summary>A test that drives pages. They are closed when it ends: what is open looks for changes, and takes its time from the tests after it.</summary>
public abstract class PageTest(BrowserRoom room) : IAsyncLifetime
{
    protected BrowserRoom Room => room;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Clicks on what leads to another page, and is there when it has loaded: what is asked for next could stand on this one too.</summary>
    protected static async Task FollowAsync(IPage page, string selector)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Note(object? sender, IPage to) => loaded.TrySetResult();
        page.Load += Note;
        try
        {
            await page.ClickAsync(selector);
            await loaded.Task.WaitAsync(TimeSpan.FromMilliseconds(BrowserRoom.Patience));
        }
        finally
        {
            page.Load -= Note;
        }
    }

    public Task DisposeAsync() => room.CloseAsync();
}
