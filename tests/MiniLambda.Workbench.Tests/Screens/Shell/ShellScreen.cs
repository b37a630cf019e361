using System.Drawing;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens;
using MiniLambda.Workbench.Screens.Shell;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;

namespace MiniLambda.Workbench.Tests.Screens.Shell;

/// <summary>The workbench on a terminal that is not there: keys go in, and what would be seen comes out.</summary>
internal sealed class ShellScreen : IDisposable
{
    private readonly IApplication _app;
    private readonly WorkbenchShell _shell;
    private readonly SessionToken _session;

    public ShellScreen(Desk desk, int width, int height)
    {
        Desk = desk;
        _app = Application.Create(new VirtualTimeProvider());
        _app.Init(DriverRegistry.Names.ANSI);
        _app.Driver!.SetScreenSize(width, height);
        _shell = new WorkbenchShell(desk);
        _session = _app.Begin(_shell)!;
        _app.LayoutAndDraw();
    }

    public Desk Desk { get; }

    /// <summary>Whether it was asked to end.</summary>
    public bool IsLeaving => _shell.StopRequested;

    public IReadOnlyList<string> Rows
    {
        get
        {
            _app.TimedEvents!.RunTimers();
            _app.LayoutAndDraw();
            return [.. _app.Driver!.ToString()!.Split('\n').Select(row => row.TrimEnd('\r', ' ')).Take(_app.Driver.Rows)];
        }
    }

    public string Text => string.Join('\n', Rows).TrimEnd('\n');

    public void Press(params Key[] keys)
    {
        foreach (var key in keys)
        {
            _app.InjectKey(key);
            _app.LayoutAndDraw();
        }
    }

    public void Type(string text)
    {
        foreach (var c in text)
            Press(new Key(c));
    }

    public void Click(int column, int row) => _app.InjectMouse(new Mouse { Flags = MouseFlags.LeftButtonPressed, ScreenPosition = new Point(column, row) });

    public void Paste(string text)
    {
        _app.RaisePasteEvent(text);
        _app.LayoutAndDraw();
    }

    /// <summary>The row where a text stands.</summary>
    public int RowOf(string text) => Rows.ToList().FindIndex(row => row.Contains(text, StringComparison.Ordinal));

    public void Resize(int width, int height)
    {
        _app.Driver!.SetScreenSize(width, height);
        _app.LayoutAndDraw();
    }

    public void Show(Snapshot snapshot) => _shell.Show(snapshot);

    /// <summary>Lets time pass on the screen until something is seen; the cluster behind it runs on its own.</summary>
    public async Task SeeAsync(string text)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            _shell.Show(Desk.Feed.Current);
            if (Text.Contains(text, StringComparison.Ordinal))
                return;
            await Task.Delay(25);
        }

        Assert.Fail($"not seen: {text}\n{Text}");
    }

    public void Dispose()
    {
        _app.End(_session);
        _shell.Dispose();
        _app.Dispose();
    }
}
