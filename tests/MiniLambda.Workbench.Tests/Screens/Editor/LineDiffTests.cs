using CsCheck;
using MiniLambda.Workbench.Screens.Editor;

namespace MiniLambda.Workbench.Tests.Screens.Editor;

public sealed class LineDiffTests
{
    private static readonly Gen<string> Texts = Gen.OneOf("a", "b", "c", "").Array[1, 12].Select(lines => string.Join('\n', lines));

    [Fact]
    public void Both_texts_can_be_read_from_a_comparison() => Gen.Select(Texts, Texts).Sample((before, after) =>
    {
        var lines = LineDiff.Compare(before, after);
        Assert.Equal(before, string.Join('\n', lines.Where(l => l.Before is not null).Select(l => l.Text)));
        Assert.Equal(after, string.Join('\n', lines.Where(l => l.After is not null).Select(l => l.Text)));
        Assert.Equal(Enumerable.Range(1, before.Split('\n').Length), lines.Where(l => l.Before is not null).Select(l => l.Before!.Value));
        Assert.Equal(Enumerable.Range(1, after.Split('\n').Length), lines.Where(l => l.After is not null).Select(l => l.After!.Value));
    });

    [Fact]
    public void A_text_differs_from_itself_in_nothing() =>
        Texts.Sample(text => Assert.All(LineDiff.Compare(text, text), line => Assert.Equal(LineChange.Same, line.Change)));

    [Fact]
    public void One_changed_line_is_one_removed_and_one_added()
    {
        var lines = LineDiff.Compare("a\nb\nc\nd", "a\nb\nX\nd");
        Assert.Equal(
            [LineChange.Same, LineChange.Same, LineChange.Removed, LineChange.Added, LineChange.Same], lines.Select(l => l.Change));
    }

    [Fact]
    public void What_is_far_from_a_change_is_left_out_and_counted()
    {
        var before = string.Join('\n', Enumerable.Range(1, 20));
        var shown = LineDiff.Shorten(LineDiff.Compare(before, before.Replace("10", "ten", StringComparison.Ordinal)));
        Assert.Equal("6 unchanged lines", shown[0].Text);
        Assert.Equal("7 unchanged lines", shown[^1].Text);
        Assert.Equal(2 + 3 + 2 + 3, shown.Count);
    }

    [Fact]
    public void Texts_too_large_for_a_table_are_compared_too()
    {
        var (before, after) = (string.Join('\n', Enumerable.Range(0, 5000)), string.Join('\n', Enumerable.Range(10_000, 5000)));
        var lines = LineDiff.Compare($"same\n{before}\nend", $"same\n{after}\nend");
        Assert.Equal((5000, 5000, 2), (lines.Count(l => l.Change == LineChange.Removed), lines.Count(l => l.Change == LineChange.Added), lines.Count(l => l.Change == LineChange.Same)));
    }
}
