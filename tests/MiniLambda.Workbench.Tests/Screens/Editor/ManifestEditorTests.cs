using MiniLambda.Workbench.Screens.Editor;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Tests.Screens.Editor;

public sealed class ManifestEditorTests : IDisposable
{
    private const string Manifest = "name = \"resize\"\nmodule = \"resize.wasm\"\n\n[limits]\nmemory = \"64MiB\"\ntimeout = \"10s\"\n";

    private readonly ManifestEditor _editor = new(ViewOnScreen.Dark());
    private readonly ViewOnScreen _screen;
    private int _saves;

    public ManifestEditorTests()
    {
        _screen = new ViewOnScreen(_editor, 60, 9);
        _editor.SaveRequested += (_, _) => _saves++;
        _editor.Load(Manifest);
    }

    [Fact]
    public void A_manifest_is_shown_with_line_numbers_and_colours()
    {
        Assert.Equal(" 1│ name = \"resize\"", _screen.Rows[0]);
        Assert.Equal(" 4│ [limits]", _screen.Rows[3]);
        Assert.StartsWith("1:1  valid", _screen.Rows[8], StringComparison.Ordinal);
        Assert.Equal(Themes.Dark[ThemeRole.Section], _screen.LookOf("[limits]"));
        Assert.Equal(Themes.Dark[ThemeRole.Text], _screen.LookOf("\"64MiB\""));
        Assert.NotNull(_editor.Manifest);
    }

    [Fact]
    public void A_mistake_is_underlined_and_explained_as_it_is_typed_and_gone_when_it_is_mended()
    {
        _screen.Press(Key.CursorDown, Key.CursorDown, Key.CursorDown, Key.CursorDown, Key.Delete);
        Assert.Equal("!5│ emory = \"64MiB\"", _screen.Rows[4]);
        Assert.True(_screen.LookOf("emory").Style.HasFlag(TextStyle.Underline));
        Assert.Contains("emory", _screen.Rows[8], StringComparison.Ordinal);
        Assert.Contains("5:1 modified", _screen.Rows[8], StringComparison.Ordinal);
        Assert.Null(_editor.Manifest);
        _screen.Type("m");
        Assert.Contains("valid", _screen.Rows[8], StringComparison.Ordinal);
        Assert.False(_editor.IsModified);
    }

    [Fact]
    public void Nothing_is_saved_while_there_is_an_error_and_the_cursor_goes_there()
    {
        _screen.Press(Key.End.WithCtrl);
        _screen.Type("fule = 3");
        _screen.Press(Key.Home.WithCtrl, Key.S.WithCtrl);
        Assert.Equal(0, _saves);
        Assert.StartsWith("7:1 modified  not saved: ", _screen.Rows[8], StringComparison.Ordinal);
    }

    [Fact]
    public void A_valid_change_asks_for_a_save()
    {
        _screen.Press(Key.S.WithCtrl);
        Assert.Equal(0, _saves);
        Assert.Contains("nothing changed", _screen.Text, StringComparison.Ordinal);
        _screen.Press(Key.End.WithCtrl);
        _screen.Type("fuel = 3");
        _screen.Press(Key.S.WithCtrl);
        Assert.Equal(1, _saves);
        Assert.Equal(Manifest + "fuel = 3", _editor.Toml);
        Assert.Equal(3, _editor.Manifest!.Limits.Fuel);
    }

    [Fact]
    public void Changes_are_undone_and_redone()
    {
        _screen.Type("x");
        _screen.Press(Key.Enter, Key.Z.WithCtrl, Key.Z.WithCtrl);
        Assert.Equal(Manifest, _editor.Toml);
        _screen.Press(Key.Y.WithCtrl);
        Assert.Equal("x" + Manifest, _editor.Toml);
    }

    [Fact]
    public void What_is_searched_is_marked_and_visited_in_turn()
    {
        _screen.Press(Key.F.WithCtrl);
        _screen.Type("resize");
        Assert.Equal("find: resize_", _screen.Rows[8]);
        _screen.Press(Key.Enter);
        Assert.Contains("1 of 2", _screen.Rows[8], StringComparison.Ordinal);
        Assert.Equal(Themes.Dark[ThemeRole.Selection], _screen.LookOf("resize\""));
        Assert.Equal(Themes.Dark[ThemeRole.Match], _screen.LookOf("resize.wasm"));
        _screen.Press(Key.F3);
        Assert.Contains("2 of 2", _screen.Rows[8], StringComparison.Ordinal);
        _screen.Press(Key.F3);
        Assert.Contains("1 of 2", _screen.Rows[8], StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_cut_and_pasted()
    {
        var copied = "";
        _editor.Copied = text => copied = text;
        _screen.Press(Key.CursorDown.WithShift, Key.X.WithCtrl);
        Assert.Equal("name = \"resize\"\n", copied);
        _screen.Press(Key.V.WithCtrl);
        Assert.Equal(Manifest, _editor.Toml);
    }

    [Fact]
    public void A_tab_is_spaces()
    {
        _screen.Press(Key.Tab);
        Assert.StartsWith("  name", _editor.Toml, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lines_scroll_sideways_with_the_cursor()
    {
        _screen.Press(Key.End.WithCtrl);
        _screen.Type("description = \"" + new string('x', 80) + "END\"");
        Assert.Contains("END\"", _screen.Text, StringComparison.Ordinal);
        _screen.Press(Key.Home);
        Assert.Contains("description", _screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_click_puts_the_cursor_there()
    {
        _screen.Click(11, 4);
        _screen.Type("1");
        Assert.Contains("memory 1= ", _editor.Toml, StringComparison.Ordinal);
    }

    [Fact]
    public void Garbage_does_no_harm()
    {
        _editor.Load("\u0000\u001b[2J\n\ud800 = = [[[\n" + new string('[', 5000));
        Assert.Contains("␀␛[2J", _screen.Rows[0], StringComparison.Ordinal);
        Assert.NotEmpty(_editor.Errors);
        _screen.Resize(1, 1);
        _screen.Type("x");
        _screen.Press(Key.F8, Key.PageDown, Key.End, Key.Backspace);
        Assert.Single(_screen.Rows);
    }

    [Fact]
    public void The_comparison_before_a_save_shows_what_changes()
    {
        using var view = new DiffView(ViewOnScreen.Dark());
        using var screen = new ViewOnScreen(view, 40, 10);
        view.Show(Manifest, Manifest.Replace("64MiB", "128MiB", StringComparison.Ordinal));
        Assert.Equal("2 2   module = \"resize.wasm\"", screen.Rows[1]);
        Assert.Equal("5   - memory = \"64MiB\"", screen.Rows[4]);
        Assert.Equal("  5 + memory = \"128MiB\"", screen.Rows[5]);
        Assert.Equal("+1 -1 lines", screen.Rows[9]);
        Assert.Equal(Themes.Dark[ThemeRole.Added], screen.LookOf("+ memory"));
        view.Show("same", "same");
        Assert.Equal("nothing changed", screen.Rows[0]);
    }

    public void Dispose()
    {
        _screen.Dispose();
        _editor.Dispose();
    }
}
