using System.Globalization;
using CsCheck;
using MiniLambda.Workbench.Screens.Editor;

namespace MiniLambda.Workbench.Tests.Screens.Editor;

public sealed class TextDocumentTests
{
    private static readonly Gen<string> Texts = Gen.OneOf("", "a", "\n", "ab cd\n", "  x = 1\n", "漢字", "e\u0301", "🙂\r\n", "\tq", "\u200d", "\ud800");

    private static readonly Gen<Action<TextDocument>> Steps = Gen.OneOf<Action<TextDocument>>(
        Texts.Select<string, Action<TextDocument>>(text => d => d.Insert(text)),
        Gen.OneOf("x", " ", "é", "🙂", "\u0301").Select<string, Action<TextDocument>>(c => d => d.Type(c)),
        Gen.Enum<TextMotion>().Select<TextMotion, Action<TextDocument>>(motion => d => d.Delete(motion)),
        Gen.Select(Gen.Enum<TextMotion>(), Gen.Bool).Select<(TextMotion, bool), Action<TextDocument>>(m => d => d.Move(m.Item1, m.Item2)),
        Gen.Select(Gen.Int[-3, 3], Gen.Bool).Select<(int, bool), Action<TextDocument>>(m => d => d.MoveRows(m.Item1, m.Item2)),
        Gen.Select(Gen.Int[-1, 9], Gen.Int[-1, 9]).Select<(int, int), Action<TextDocument>>(p => d => d.MoveTo(new TextPosition(p.Item1, p.Item2))),
        Gen.Const<Action<TextDocument>>(d => d.NewLine()),
        Gen.Const<Action<TextDocument>>(d => d.Tab()),
        Gen.Const<Action<TextDocument>>(d => d.DeleteLines()),
        Gen.Const<Action<TextDocument>>(d => d.SelectAll()),
        Gen.Const<Action<TextDocument>>(d => d.Undo()),
        Gen.Const<Action<TextDocument>>(d => d.Redo()));

    [Fact]
    public void Undoing_everything_brings_the_first_text_back_and_redoing_the_last() =>
        Gen.Select(Texts.Array[0, 5], Steps.Array[0, 40]).Sample((texts, steps) =>
        {
            var document = new TextDocument(string.Concat(texts));
            var first = document.Text;
            foreach (var step in steps)
                step(document);
            var last = document.Text;
            while (document.Redo())
                last = document.Text;
            while (document.Undo())
                continue;
            Assert.Equal(first, document.Text);
            while (document.Redo())
                continue;
            Assert.Equal(last, document.Text);
        });

    [Fact]
    public void The_cursor_stands_between_characters_whatever_is_done() =>
        Gen.Select(Texts.Array[0, 5], Steps.Array[0, 40]).Sample((texts, steps) =>
        {
            var document = new TextDocument(string.Concat(texts));
            foreach (var step in steps)
            {
                step(document);
                var line = document.Lines[document.Cursor.Line];
                var borders = StringInfo.ParseCombiningCharacters(line).Append(line.Length);
                Assert.Contains(document.Cursor.Column, borders);
                Assert.DoesNotContain(document.Lines, l => l.Contains('\n', StringComparison.Ordinal) || l.Contains('\r', StringComparison.Ordinal));
            }
        });

    [Fact]
    public void What_is_inserted_stands_where_the_selection_was() =>
        Gen.Select(Texts.Array[0, 5], Texts, Gen.Int[0, 9], Gen.Int[0, 9]).Sample((texts, inserted, one, other) =>
        {
            var document = new TextDocument(string.Concat(texts));
            document.MoveTo(new TextPosition(one, other));
            document.MoveTo(new TextPosition(other, one), extends: true);
            var (before, selection) = (document.Text, document.Selection);
            var normal = inserted.Replace("\r\n", "\n", StringComparison.Ordinal);
            document.Insert(inserted);
            Assert.Equal(before[..Offset(before, selection.Start)] + normal + before[Offset(before, selection.End)..], document.Text);
        });

    [Fact]
    public void A_word_that_was_typed_is_undone_at_once()
    {
        var document = new TextDocument();
        foreach (var c in "one two")
            document.Type(c.ToString());
        document.Undo();
        Assert.Equal("one ", document.Text);
        document.Undo();
        Assert.Equal("", document.Text);
        document.Redo();
        Assert.Equal("one ", document.Text);
    }

    [Fact]
    public void A_move_begins_another_change()
    {
        var document = new TextDocument();
        document.Type("a");
        document.Move(TextMotion.Left);
        document.Type("b");
        document.Undo();
        Assert.Equal("a", document.Text);
        Assert.Equal(new TextPosition(0, 0), document.Cursor);
    }

    [Fact]
    public void Moves_down_and_up_keep_their_column_over_shorter_lines()
    {
        var document = new TextDocument("abcdef\nab\n漢字漢字");
        document.MoveTo(new TextPosition(0, 5));
        document.MoveRows(1);
        Assert.Equal(new TextPosition(1, 2), document.Cursor);
        document.MoveRows(1);
        Assert.Equal(new TextPosition(2, 2), document.Cursor);
        document.MoveRows(-2);
        Assert.Equal(new TextPosition(0, 5), document.Cursor);
    }

    [Fact]
    public void A_new_line_is_as_far_indented_as_the_one_before()
    {
        var document = new TextDocument("  x");
        document.Move(TextMotion.LineEnd);
        document.NewLine();
        Assert.Equal("  x\n  ", document.Text);
    }

    [Theory]
    [InlineData("one two.three", 0, "4 8 13")]
    [InlineData("a  = \"b\"", 0, "6 8")]
    public void Words_are_passed_one_by_one(string line, int start, string stops)
    {
        var document = new TextDocument(line);
        document.MoveTo(new TextPosition(0, start));
        var columns = new List<int>();
        while (document.Cursor.Column < line.Length)
        {
            document.Move(TextMotion.WordRight);
            columns.Add(document.Cursor.Column);
        }

        Assert.Equal(stops, string.Join(' ', columns));
    }

    [Fact]
    public void The_history_forgets_the_oldest_changes_and_keeps_the_rest_right()
    {
        var document = new TextDocument();
        for (var i = 0; i < EditHistory.MaxEdits + 10; i++)
            document.Insert("x");
        while (document.Undo())
            continue;
        Assert.Equal("xxxxxxxxxx", document.Text);
    }

    private static int Offset(string text, TextPosition position) =>
        text.Split('\n').Take(position.Line).Sum(line => line.Length + 1) + position.Column;
}
