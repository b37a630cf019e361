using System.Text;
using MiniLambda.Workbench.Screens.Logs;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Tests.Screens.Logs;

public sealed class LogViewTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 5, 1, 12, 1, 3, TimeSpan.Zero);

    private readonly LogView _view = new(ViewOnScreen.Dark(), TimeZoneInfo.Utc, new LogBuffer(maxLines: 120_000));
    private readonly ViewOnScreen _screen;

    public LogViewTests() => _screen = new ViewOnScreen(_view, 40, 6);

    [Fact]
    public void An_empty_log_says_so()
    {
        _view.Placeholder = "waits for a worker";
        Assert.Equal("waits for a worker", _screen.Rows[0]);
    }

    [Fact]
    public void The_end_of_a_long_log_is_seen_with_time_and_worker()
    {
        Write(string.Concat(Enumerable.Range(1, 100_000).Select(i => $"line {i}\n")));
        Assert.Equal(
            [.. Enumerable.Range(99_996, 5).Select(i => $"12:01:03 nas │ line {i}"), "100,000 lines · following"], _screen.Rows);
    }

    [Fact]
    public void Moving_up_stops_following_and_End_follows_again()
    {
        Count(20);
        _screen.Press(Key.CursorUp);
        Write("more\n");
        Assert.DoesNotContain("more", _screen.Text, StringComparison.Ordinal);
        Assert.Contains("line 19/21 · f follows", _screen.Text, StringComparison.Ordinal);
        _screen.Press(Key.End);
        Assert.Contains("more", _screen.Text, StringComparison.Ordinal);
        Assert.True(_view.Follows);
    }

    [Fact]
    public void Keys_of_vi_and_of_everybody_move()
    {
        Count(50);
        _screen.Type("gjj");
        Assert.Equal(2, _view.CursorLine);
        _screen.Press(Key.PageDown);
        Assert.Equal(7, _view.CursorLine);
        _screen.Type("k");
        _screen.Press(Key.Home, Key.CursorDown);
        Assert.Equal(1, _view.CursorLine);
    }

    [Fact]
    public void A_search_marks_its_matches_and_goes_from_one_to_the_next()
    {
        Write("alpha\nbeta\ngamma\nbeta two\nx\ny\nz\nend\n");
        _screen.Type("g/beta");
        Assert.Contains("/beta_", _screen.Rows[5], StringComparison.Ordinal);
        _screen.Press(Key.Enter);
        Assert.Equal(1, _view.CursorLine);
        Assert.Equal(Themes.Dark[ThemeRole.CurrentMatch], _screen.LookOf("beta"));
        Assert.Equal(Themes.Dark[ThemeRole.Match], _screen.LookOf("beta two"));
        _screen.Type("n");
        Assert.Equal(3, _view.CursorLine);
        _screen.Type("n");
        Assert.Equal(1, _view.CursorLine);
        _screen.Type("N");
        Assert.Equal(3, _view.CursorLine);
        _screen.Press(Key.Esc);
        Assert.Null(_view.Search);
    }

    [Fact]
    public void A_search_without_a_match_says_so()
    {
        Count(9);
        _screen.Resize(60, 6);
        _screen.Type("/nowhere");
        _screen.Press(Key.Enter);
        Assert.Contains("/nowhere (not found)", _screen.Rows[5], StringComparison.Ordinal);
    }

    [Fact]
    public void A_match_far_away_is_shown_among_its_neighbours()
    {
        Count(1000);
        _screen.Type("g/line 500");
        _screen.Press(Key.Enter);
        Assert.Equal("12:01:03 nas │ line 500", _screen.Rows[3]);
    }

    [Fact]
    public void A_filter_leaves_out_lines_also_those_that_come_later()
    {
        Write("keep 1\ndrop\nkeep 2\n");
        _screen.Type("&keep");
        _screen.Press(Key.Enter);
        Write("drop again\nkeep 3\n");
        Assert.Equal(["keep 1", "keep 2", "keep 3"], Shown());
        _screen.Type("&");
        _screen.Press(Key.U.WithCtrl);
        _screen.Type("!keep");
        _screen.Press(Key.Enter);
        Assert.Equal(["drop", "drop again"], Shown());
    }

    [Fact]
    public void Attempts_and_levels_can_be_picked()
    {
        Write("one\n");
        Write("ERROR two\nthree\n", attempt: 2);
        Assert.Contains("nas #2 │ ERROR two", _screen.Text, StringComparison.Ordinal);
        _screen.Type("aa");
        Assert.Equal(["ERROR two", "three"], Shown());
        _screen.Type("L");
        Assert.Equal(["ERROR two"], Shown());
        Assert.Contains("· attempt 2 ·", _screen.Text, StringComparison.Ordinal);
        _screen.Type("LLa");
        Assert.Equal(["one", "ERROR two", "three"], Shown());
    }

    [Fact]
    public void Long_lines_wrap_or_go_sideways()
    {
        Write(new string('a', 30) + new string('b', 10) + "\n");
        Assert.DoesNotContain("b", _screen.Rows[0], StringComparison.Ordinal);
        _screen.Press(Key.CursorRight, Key.CursorRight);
        Assert.EndsWith("bbbbbbbbbb", _screen.Rows[0], StringComparison.Ordinal);
        _screen.Type("w");
        Assert.Equal($"12:01:03 nas │ {new string('a', 25)}", _screen.Rows[0]);
        Assert.Equal($"               {new string('a', 5)}{new string('b', 10)}", _screen.Rows[1]);
    }

    [Fact]
    public void Time_stamps_can_be_full_or_absent()
    {
        Write("x\n");
        _screen.Type("t");
        Assert.Equal("2026-05-01 12:01:03.000 nas │ x", _screen.Rows[0]);
        _screen.Type("t");
        Assert.Equal("nas │ x", _screen.Rows[0]);
    }

    [Fact]
    public void On_a_narrow_screen_the_text_goes_before_time_and_worker()
    {
        Write("text\n");
        _screen.Resize(20, 6);
        Assert.Equal("nas │ text", _screen.Rows[0]);
        _screen.Resize(8, 6);
        Assert.Equal("text", _screen.Rows[0]);
    }

    [Fact]
    public void Selected_lines_are_copied()
    {
        var copied = "";
        _view.Copied = text => copied = text;
        Count(9);
        _screen.Press(Key.Home, Key.CursorDown.WithShift, Key.CursorDown.WithShift);
        Assert.Contains("3 lines selected", _screen.Text, StringComparison.Ordinal);
        _screen.Type("y");
        Assert.Equal("line 1\nline 2\nline 3", copied);
    }

    [Fact]
    public void A_click_goes_to_a_line_and_the_wheel_scrolls()
    {
        Count(50);
        _screen.Click(5, 2, MouseFlags.WheeledUp);
        Assert.False(_view.Follows);
        Assert.Equal(42, _view.TopLine);
        _screen.Click(20, 1);
        Assert.Equal(43, _view.CursorLine);
    }

    [Fact]
    public void Hostile_bytes_and_wide_characters_leave_the_screen_whole()
    {
        Write("\u001b[2J\u001b]0;title\u0007漢字漢字漢字漢字漢字漢字\n");
        _view.Append([new LogPiece(At, new LogSource(1, "nas"), new byte[] { 0xff, 0xfe, 0x00, 0x0a })]);
        Assert.Equal(@"12:01:03 nas │ \x1b[2J\x1b]0;title\x07漢", _screen.Rows[0]);
        Assert.Equal(@"12:01:03 nas │ \xff\xfe\x00", _screen.Rows[1]);
    }

    [Fact]
    public void What_was_dropped_is_said_on_the_screen_and_in_the_file()
    {
        Count(130_000);
        Assert.Contains("10,000 lines before these were dropped", _view.Dropped > 0 ? Wide() : "", StringComparison.Ordinal);
        using var file = new StringWriter();
        _view.WriteTo(file);
        Assert.StartsWith("(10000 lines before these were dropped)\n12:01:03 nas │ line 10001\n", file.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("line 130000\n", file.ToString(), StringComparison.Ordinal);

        string Wide()
        {
            _screen.Resize(100, 6);
            return _screen.Text;
        }
    }

    [Fact]
    public void The_line_that_is_read_stays_in_place_when_older_ones_are_dropped()
    {
        Count(120_000);
        _screen.Press(Key.CursorUp, Key.PageUp);
        var before = _screen.Rows[0];
        Count(1000);
        Assert.Equal(before, _screen.Rows[0]);
    }

    [Fact]
    public void A_tiny_terminal_does_no_harm()
    {
        Count(5);
        _screen.Resize(1, 1);
        _screen.Type("kwjf");
        Assert.Single(_screen.Rows);
    }

    public void Dispose()
    {
        _screen.Dispose();
        _view.Dispose();
    }

    private void Count(int lines) => Write(string.Concat(Enumerable.Range(1, lines).Select(i => $"line {i}\n")));

    private void Write(string text, int attempt = 1) => _view.Append([new LogPiece(At, new LogSource(attempt, "nas"), Encoding.UTF8.GetBytes(text))]);

    private string[] Shown()
    {
        using var all = new StringWriter();
        _view.WriteTo(all);
        return [.. all.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('│', 2)[1].Trim())];
    }
}
