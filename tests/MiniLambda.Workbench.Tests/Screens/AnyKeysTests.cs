using System.Text;
using CsCheck;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Editor;
using MiniLambda.Workbench.Screens.Json;
using MiniLambda.Workbench.Screens.Logs;
using MiniLambda.Workbench.Screens.Overview;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Tests.Screens;

/// <summary>Whatever a person presses, on a terminal of whatever size, a view goes on.</summary>
public sealed class AnyKeysTests
{
    private static readonly Gen<Key> Moves = Gen.OneOf(
        Key.CursorUp, Key.CursorDown, Key.CursorLeft, Key.CursorRight, Key.PageUp, Key.PageDown, Key.Home, Key.End);

    private static readonly Gen<Key> Keys = Gen.OneOf(
        Moves,
        Moves.Select(key => key.WithShift),
        Moves.Select(key => key.WithCtrl),
        Gen.OneOf(Key.Enter, Key.Esc, Key.Tab, Key.Backspace, Key.Delete, Key.F3, Key.F8),
        Gen.Char["acdefghjklnstuvwxyzGJKLN/&0=[\"#"].Select(c => new Key(c)),
        Gen.OneOf('a', 'c', 'f', 'g', 'k', 's', 'v', 'x', 'y', 'z').Select(c => new Key(c).WithCtrl));

    private static readonly Gen<Action<ViewOnScreen>> Steps = Gen.Frequency(
        (20, Keys.Select<Key, Action<ViewOnScreen>>(key => screen => screen.Press(key))),
        (1, Gen.Select(Gen.Int[1, 60], Gen.Int[1, 12]).Select<(int, int), Action<ViewOnScreen>>(size => screen => screen.Resize(size.Item1, size.Item2))),
        (1, Gen.Select(Gen.Int[0, 59], Gen.Int[0, 11], Gen.OneOf(MouseFlags.LeftButtonPressed, MouseFlags.WheeledUp, MouseFlags.WheeledDown))
            .Select<(int, int, MouseFlags), Action<ViewOnScreen>>(click => screen => screen.Click(click.Item1, click.Item2, click.Item3))));

    [Fact]
    public void A_log_goes_on_also_while_it_grows_beyond_its_bounds()
    {
        using var view = new LogView(ViewOnScreen.Dark(), TimeZoneInfo.Utc, new LogBuffer(maxLines: 40));
        var number = 0;
        Try(view, () => view.Append(
            [new LogPiece(DateTimeOffset.UnixEpoch, new LogSource(number % 2 + 1, "nas"), Encoding.UTF8.GetBytes($"line {number++} 漢字 a\n"))]));
    }

    [Fact]
    public void An_editor_goes_on()
    {
        using var view = new ManifestEditor(ViewOnScreen.Dark());
        view.Load("name = \"resize\"\nmodule = \"resize.wasm\"\n\n[limits]\nmemory = \"64MiB\" # 漢字\n");
        Try(view, () => { });
    }

    [Fact]
    public void A_payload_goes_on()
    {
        using var view = new PayloadView(ViewOnScreen.Dark());
        view.Show(Encoding.UTF8.GetBytes("{\"a\":[1,2,{\"b\":\"" + new string('x', 5000) + "漢字\"}],\"c\":null}"), 1 << 30);
        Try(view, () => { });
    }

    [Fact]
    public void A_comparison_and_an_overview_go_on()
    {
        using var diff = new DiffView(ViewOnScreen.Dark());
        diff.Show("a\nb\nc", "a\nx\nc");
        Try(diff, () => { });
        using var overview = new OverviewView(ViewOnScreen.Dark(), default);
        var history = OverviewHistory.Empty(TimeSpan.FromSeconds(1));
        Try(overview, () => overview.Show(history = history.With(new OverviewSample(1, 2, double.NaN, 0, double.PositiveInfinity, 1e300, -1, 3))));
    }

    private static void Try(View view, Action between)
    {
        using var screen = new ViewOnScreen(view, 40, 8);
        Steps.Array[1, 30].Sample(
            steps =>
            {
                foreach (var step in steps)
                {
                    step(screen);
                    between();
                }

                Assert.NotEmpty(screen.Rows);
            },
            iter: 100,
            threads: 1);
    }
}
