using MiniLambda.Workbench.Commands.Completion;
using MiniLambda.Workbench.Repl.Editing;

namespace MiniLambda.Workbench.Tests.Repl.Editing;

/// <summary>Keys in, text and cursor out; the cursor is shown as <c>|</c>.</summary>
public sealed class LineEditorTests
{
    private readonly KeyDecoder _decoder = new();

    [Theory]
    [InlineData("ab cd\u0001X", "X|ab cd")] // C-a
    [InlineData("ab\u0001\u0005X", "abX|")] // C-e
    [InlineData("ab\u0002X", "aX|b")] // C-b
    [InlineData("ab\u0001\u0006X", "aX|b")] // C-f
    [InlineData("ab cd\u0002\u0002\u000b", "ab |")] // C-k
    [InlineData("ab cd\u0002\u0002\u0015", "|cd")] // C-u
    [InlineData("ab --cd\u0017", "ab |")] // C-w
    [InlineData("ab cd\u0017\u0001\u0019", "cd|ab ")] // C-w C-a C-y
    [InlineData("a b c\u0017\u0017\u0019", "a b c|")] // What is killed in one go comes back in one go.
    [InlineData("ab\u0014", "ba|")] // C-t
    [InlineData("abc\u0002\u0014", "acb|")]
    [InlineData("a-b cd\u001bbX", "a-b X|cd")] // M-b
    [InlineData("a-b cd\u001bb\u001bb\u001bbX", "X|a-b cd")]
    [InlineData("ab cd\u0001\u001bfX", "abX| cd")] // M-f
    [InlineData("ab cd\u0001\u001bd", "| cd")] // M-d
    [InlineData("ab --cd\u001b\u007f", "ab --|")] // M-Backspace
    [InlineData("ab\u0001\u0004", "|b")] // C-d
    [InlineData("ab\u007f", "a|")]
    [InlineData("日本語\u0002\u007f", "日|語")]
    [InlineData("e\u0301x\u0002\u007f", "|x")] // A letter with its accent is one.
    [InlineData("👨‍👩‍👧\u007f", "|")]
    [InlineData("\u0002\u0004\u007f\u000b\u0015\u0017\u0014\u0019", "|")] // Nothing happens to nothing.
    [InlineData("a 'b\rc'\u0001X", "a 'b\nX|c'")] // Enter within a quote goes on in the next line.
    [InlineData("a \\\rb\u001b[A\u001b[AX", "aX| \\\nb")] // Up is to the line above.
    [InlineData("\u001b[200~a\nb\u001b[201~", "a\nb|")]
    public void Keys_edit_the_line(string keys, string expected)
    {
        var editor = new LineEditor(new History([]));
        Press(editor, keys);
        Assert.Equal(expected, Shown(editor));
    }

    [Theory]
    [InlineData("\u0010", "newest|")] // C-p
    [InlineData("\u001b[A\u001b[A", "older|")]
    [InlineData("draft\u0010\u0010\u000e\u000e", "draft|")] // C-n
    [InlineData("\u0010\u0010\u0010\u0010", "oldest x|")]
    [InlineData("\u001b<", "oldest x|")]
    public void What_was_typed_before_comes_back(string keys, string expected)
    {
        var editor = Editor();
        Press(editor, keys);
        Assert.Equal(expected, Shown(editor));
    }

    [Fact]
    public void A_search_finds_the_newest_line_and_then_older_ones()
    {
        var editor = Editor();
        Press(editor, "d\u0012old");
        Assert.Equal(("old", false, "|older"), (editor.Search!.Query, editor.Search.IsFailing, Shown(editor)));
        Press(editor, "\u0012");
        Assert.Equal("|oldest x", Shown(editor));
        Press(editor, "\u0012");
        Assert.True(editor.Search.IsFailing);
        Press(editor, "\u0007"); // C-g
        Assert.Equal("d|", Shown(editor));
        Assert.Null(editor.Search);
    }

    [Fact]
    public void A_line_that_was_found_is_run_by_Enter_or_edited_by_any_other_key()
    {
        var editor = Editor();
        Assert.Equal(EditorRequest.Accept, Press(editor, "\u0012oldest\r"));
        Assert.Equal("oldest x", editor.Buffer.Text);
        editor.Reset();
        Press(editor, "\u0012OLDEST\u0005!");
        Assert.Equal("oldest x!|", Shown(editor));
        editor.Reset();
        Press(editor, "\u0012olx\u007f");
        Assert.Equal("|older", Shown(editor));
    }

    [Fact]
    public void A_hint_shows_how_the_line_went_on_and_is_taken_by_the_right_arrow()
    {
        var editor = Editor();
        Press(editor, "old");
        Assert.Equal("er", editor.Hint);
        Press(editor, "e");
        Press(editor, "s");
        Assert.Equal("t x", editor.Hint);
        Press(editor, "\u001bf");
        Assert.Equal("oldest|", Shown(editor));
        Press(editor, "\u001b[C");
        Assert.Equal("oldest x|", Shown(editor));
        Press(editor, "\u0002");
        Assert.Equal("", editor.Hint);
    }

    [Theory]
    [InlineData("a\r", "Accept")]
    [InlineData("\r", "Accept")]
    [InlineData("a 'b\r", "None")]
    [InlineData("a\u0003", "Interrupt")]
    [InlineData("\u0004", "End")]
    [InlineData("a\u0004", "None")]
    [InlineData("a\t", "Suggest")]
    [InlineData("\u000c", "ClearScreen")]
    [InlineData("\u001a", "Suspend")]
    public void Keys_ask_for_what_the_editor_cannot_do(string keys, string expected) =>
        Assert.Equal(expected, $"{Press(new LineEditor(new History([])), keys)}");

    [Fact]
    public void The_only_suggestion_is_taken_with_a_blank_behind_it()
    {
        Assert.Equal("job show |", Offered("job sh", "sh", "show"));
        Assert.Equal("run dir/|", Offered("run d", "d", new Suggestion("dir/", IsWhole: false)));
        Assert.Equal("run 'a b' |", Offered("run a", "a", "a b"));
    }

    [Fact]
    public void Of_several_what_they_share_is_taken_first() => Assert.Equal("status j-0|", Offered("status j", "j", "j-01", "j-02"));

    [Fact]
    public void Then_a_menu_lets_one_be_chosen()
    {
        var editor = Editor();
        Press(editor, "run j-0");
        Assert.True(editor.Offer(new Suggestions(editor.Buffer, 4, "j-0", [new("j-01"), new("j-02")])));
        Assert.Equal((-1, "run j-0|"), (editor.Menu!.Selected, Shown(editor)));
        Press(editor, "\t\t");
        Assert.Equal((1, "run j-02 |"), (editor.Menu!.Selected, Shown(editor)));
        Press(editor, "\u001b[Z");
        Assert.Equal("run j-01 |", Shown(editor));
        Assert.Equal(EditorRequest.None, Press(editor, "\r"));
        Assert.Null(editor.Menu);
        Assert.Equal("run j-01 |", Shown(editor));
    }

    [Fact]
    public void Escape_leaves_the_menu_with_what_was_typed()
    {
        var editor = Editor();
        Press(editor, "run j");
        editor.Offer(new Suggestions(editor.Buffer, 4, "j", [new("ja"), new("jb")]));
        Press(editor, "\t");
        editor.Press(new Key(KeyKind.Escape));
        Assert.Equal("run j|", Shown(editor));
    }

    [Fact]
    public void Suggestions_that_come_too_late_are_dropped()
    {
        var editor = Editor();
        Press(editor, "job sh");
        var asked = editor.Buffer;
        Press(editor, "o");
        Assert.False(editor.Offer(new Suggestions(asked, 4, "sh", [new("show")])));
        Assert.Equal("job sho|", Shown(editor));
    }

    private static LineEditor Editor() => new(new History(["oldest x", "older", "newest"]));

    private string Offered(string typed, string word, params Suggestion[] found)
    {
        var editor = new LineEditor(new History([]));
        Press(editor, typed);
        Assert.True(editor.Offer(new Suggestions(editor.Buffer, typed.Length - word.Length, word, found)));
        return Shown(editor);
    }

    private string Offered(string typed, string word, params string[] found) => Offered(typed, word, [.. found.Select(f => new Suggestion(f))]);

    private EditorRequest Press(LineEditor editor, string keys)
    {
        var request = EditorRequest.None;
        foreach (var key in _decoder.Decode(keys))
            request = editor.Press(key);
        return request;
    }

    private static string Shown(LineEditor editor) => $"{editor.Buffer.Before}|{editor.Buffer.After}";
}
