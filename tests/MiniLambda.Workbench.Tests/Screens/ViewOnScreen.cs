using System.Drawing;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace MiniLambda.Workbench.Tests.Screens;

/// <summary>A view that fills a terminal of the given size, which is not there: keys go in, and what would be seen comes out.</summary>
public sealed class ViewOnScreen : IDisposable
{
    private readonly IApplication _app;
    private readonly Runnable _window;
    private readonly SessionToken _session;

    public ViewOnScreen(View view, int width, int height)
    {
        _app = Application.Create(new VirtualTimeProvider());
        _app.Init(DriverRegistry.Names.ANSI);
        _app.Driver!.SetScreenSize(width, height);
        _window = new Runnable { Width = Dim.Fill(), Height = Dim.Fill() };
        view.Width = Dim.Fill();
        view.Height = Dim.Fill();
        _window.Add(view);
        _session = _app.Begin(_window)!;
        view.SetFocus();
        _app.LayoutAndDraw();
    }

    public IReadOnlyList<string> Rows
    {
        get
        {
            _app.LayoutAndDraw();
            return [.. _app.Driver!.ToString()!.Split('\n').Select(row => row.TrimEnd('\r', ' ')).Take(_app.Driver.Rows)];
        }
    }

    public string Text => string.Join('\n', Rows).TrimEnd('\n');

    public void Press(params Key[] keys)
    {
        foreach (var key in keys)
            _app.InjectKey(key);
    }

    public void Type(string text)
    {
        foreach (var c in text)
            Press(new Key(c));
    }

    public void Resize(int width, int height) => _app.Driver!.SetScreenSize(width, height);

    /// <summary>How the first character of a text looks.</summary>
    public Terminal.Gui.Drawing.Attribute LookOf(string text)
    {
        var rows = Rows;
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].IndexOf(text, StringComparison.Ordinal) is >= 0 and var column)
                return LookAt(column, row);
        }

        throw new ArgumentException($"not on the screen: {text}", nameof(text));
    }

    public Terminal.Gui.Drawing.Attribute LookAt(int column, int row)
    {
        _app.LayoutAndDraw();
        return _app.Driver!.Contents![row, column].Attribute!.Value;
    }

    public void Click(int column, int row, MouseFlags flags = MouseFlags.LeftButtonPressed) =>
        _app.InjectMouse(new Mouse { Flags = flags, ScreenPosition = new Point(column, row) });

    public void Dispose()
    {
        _app.End(_session);
        _window.Dispose();
        _app.Dispose();
    }

    public static ActiveTheme Dark() => new(Themes.Dark);
}
