using CsCheck;
using MiniLambda.Workbench.Screens.Lines;

namespace MiniLambda.Workbench.Tests.Screens.Lines;

public sealed class LineScrollTests
{
    private static readonly Gen<int[]> Heights = Gen.Int[1, 5].Array[1, 30];

    [Fact]
    public void The_end_fills_the_view_to_its_last_row() => Gen.Select(Heights, Gen.Int[1, 12]).Sample((heights, height) =>
    {
        var scroll = new LineScroll(line => heights[line]);
        scroll.ToEnd(heights.Length, height);
        Assert.Equal(Math.Min(height, heights.Sum()), heights[scroll.Line..].Sum() - scroll.Row);
    });

    [Fact]
    public void Going_down_and_up_by_as_much_returns() => Gen.Select(Heights, Gen.Int[1, 12], Gen.Int[0, 40]).Sample((heights, height, rows) =>
    {
        var scroll = new LineScroll(line => heights[line]);
        scroll.Down(rows, heights.Length, height);
        var gone = heights[..scroll.Line].Sum() + scroll.Row;
        Assert.Equal(Math.Min(rows, Math.Max(0, heights.Sum() - height)), gone);
        scroll.Up(gone);
        Assert.Equal((0, 0), (scroll.Line, scroll.Row));
    });

    [Fact]
    public void A_line_that_is_revealed_is_seen_whole_or_from_its_beginning() =>
        Gen.Select(Heights, Gen.Int[1, 12], Gen.Int[0, 40], Gen.Int[0, 29]).Sample((heights, height, rows, line) =>
        {
            line %= heights.Length;
            var scroll = new LineScroll(at => heights[at]);
            scroll.Down(rows, heights.Length, height);
            scroll.Reveal(line, heights.Length, height);
            var top = heights[..line].Sum() - heights[..scroll.Line].Sum() - scroll.Row;
            Assert.True(top >= 0 && top < height, $"top {top}");
            Assert.True(top == 0 || top + heights[line] <= height);
        });
}
