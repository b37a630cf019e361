using MiniLambda.Workbench.Commands.Completion;
using MiniLambda.Workbench.Repl.Editing;

namespace MiniLambda.Workbench.Tests.Repl.Editing;

/// <summary>What the editor shows, row by row.</summary>
public sealed class FrameLayoutTests
{
    [Theory]
    [InlineData("abc", 20, "home> abc", 0, 9)]
    [InlineData("abcdef", 10, "home> abcd|ef", 1, 2)]
    [InlineData("abcd", 10, "home> abcd|", 1, 0)] // The cursor has a row of its own when the last is full.
    [InlineData("abc日x", 10, "home> abc|日x", 1, 3)] // What is two columns wide is not torn apart.
    [InlineData("a 'b\nc", 20, "home> a 'b|> c", 1, 3)]
    [InlineData("a\tb", 20, "home> a b", 0, 9)]
    [InlineData("ab", 1, "h|o|m|e|>| |a|b|", 8, 0)]
    public void The_line_stands_behind_the_prompt_and_goes_on_below(string text, int width, string rows, int cursorRow, int cursorColumn)
    {
        var frame = FrameLayout.Of(Editor(text), "home> ", width, 20, isStyled: false);
        Assert.Equal((rows, cursorRow, cursorColumn), (string.Join('|', frame.Rows), frame.CursorRow, frame.CursorColumn));
    }

    [Fact]
    public void Of_a_text_that_is_higher_than_the_screen_the_part_with_the_cursor_is_shown()
    {
        var frame = FrameLayout.Of(Editor("'a\nb\nc\nd\ne"), "> ", 20, 3, isStyled: false);
        Assert.Equal(["> c", "> d", "> e"], frame.Rows);
        Assert.Equal((2, 3), (frame.CursorRow, frame.CursorColumn));
    }

    [Fact]
    public void A_hint_is_dim_and_stands_behind_the_cursor()
    {
        var frame = FrameLayout.Of(Editor("job", "job list"), "> ", 20, 3, isStyled: true);
        Assert.Equal(["> job\u001b[2m list\u001b[0m\u001b[0m"], frame.Rows);
        Assert.Equal(5, frame.CursorColumn);
    }

    [Fact]
    public void Without_colours_there_is_no_hint_and_nothing_but_text() =>
        Assert.Equal(["> job"], FrameLayout.Of(Editor("job", "job list"), "> ", 20, 3, isStyled: false).Rows);

    [Fact]
    public void A_search_stands_in_place_of_the_prompt()
    {
        var editor = Editor("", "job list");
        editor.Press(Key.Ctrl('r'));
        editor.Press(Key.Of("l"));
        Assert.Equal(["(search) 'l': job list"], FrameLayout.Of(editor, "> ", 40, 3, isStyled: false).Rows);
        editor.Press(Key.Of("x"));
        Assert.Equal(["(not found) 'lx': job list"], FrameLayout.Of(editor, "> ", 40, 3, isStyled: false).Rows);
    }

    [Fact]
    public void Suggestions_with_descriptions_are_a_list_and_those_without_fill_the_rows()
    {
        var editor = Editor("j");
        editor.Offer(new Suggestions(editor.Buffer, 0, "j", [new("ja", "first one"), new("jb", "second")]));
        Assert.Equal(["> j", "ja  first", "jb  second"], FrameLayout.Of(editor, "> ", 11, 9, isStyled: false).Rows.Select(r => r.TrimEnd()));
        editor = Editor("j");
        editor.Offer(new Suggestions(editor.Buffer, 0, "j", [new("ja"), new("jb"), new("jc")]));
        Assert.Equal(["> j", "ja  jb", "jc"], FrameLayout.Of(editor, "> ", 8, 9, isStyled: false).Rows.Select(r => r.TrimEnd()));
    }

    [Fact]
    public void A_long_list_is_cut_around_what_is_chosen()
    {
        var editor = Editor("x");
        editor.Offer(new Suggestions(editor.Buffer, 0, "x", [.. Enumerable.Range(10, 30).Select(i => new Suggestion($"x{i}", "d"))]));
        for (var i = 0; i < 20; i++)
            editor.Press(new Key(KeyKind.Tab));
        var rows = FrameLayout.Of(editor, "> ", 20, 6, isStyled: false).Rows.Select(r => r.TrimEnd()).ToList();
        Assert.Equal(["> x29", "x27  d", "x28  d", "x29  d", "x30  d", "… 30 in all"], rows);
    }

    [Fact]
    public void One_frame_takes_the_place_of_another()
    {
        var painter = new FramePainter();
        painter.Paint(FrameLayout.Of(Editor("abcdefgh"), "> ", 6, 9, isStyled: false));
        // Two rows, the cursor in the second: up, and everything below is cleared.
        Assert.Equal("\u001b[?25l\u001b[1A\r\u001b[J> a\r\u001b[3C\u001b[?25h", painter.Paint(FrameLayout.Of(Editor("a"), "> ", 6, 9, isStyled: false)));
        Assert.Equal("\r\u001b[3C^C\r\n", painter.Leave("^C"));
    }

    [Fact]
    public void A_row_that_a_narrower_terminal_has_broken_is_cleared_whole()
    {
        var painter = new FramePainter();
        painter.Paint(FrameLayout.Of(Editor("abcdefghij"), "> ", 20, 9, isStyled: false));
        painter.Resize(5);
        Assert.StartsWith("\u001b[?25l\u001b[2A\r\u001b[J", painter.Paint(FrameLayout.Of(Editor("a"), "> ", 5, 9, isStyled: false)), StringComparison.Ordinal);
    }

    private static LineEditor Editor(string text, params string[] history)
    {
        var editor = new LineEditor(new History(history));
        if (text.Length > 0)
            editor.Press(new Key(KeyKind.Paste, text));
        return editor;
    }
}
