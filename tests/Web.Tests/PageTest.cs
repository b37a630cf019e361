namespace MiniLambda.Web.Tests;

/// <summary>A test that drives pages. They are closed when it ends: what is open looks for changes, and takes its time from the tests after it.</summary>
public abstract class PageTest(BrowserRoom room) : IAsyncLifetime
{
    protected BrowserRoom Room => room;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => room.CloseAsync();
}
