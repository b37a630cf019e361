using MiniLambda.Orchestrator.Web.Rendering;

namespace MiniLambda.Web.Tests.Rendering;

public sealed class CurveTests
{
    [Fact]
    public void The_newest_value_stands_at_the_right_end() => Assert.Equal("M50 100L100 0", Curve.Line([0, 10], 3, 10, 100, 100));

    [Fact]
    public void Where_there_is_no_value_there_is_a_gap_and_a_lone_value_is_a_dot() =>
        Assert.Equal("M0 50h0M100 0h0", Curve.Line([5, null, 10], 3, 10, 100, 100));

    [Fact]
    public void What_is_out_of_bounds_stays_on_the_edge() => Assert.Equal("M0 0L100 100", Curve.Line([99, -3], 2, 10, 100, 100));

    [Fact]
    public void Nothing_is_no_line() => Assert.Equal("", Curve.Line([], 3, 10, 100, 100));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.07, 0.1)]
    [InlineData(1, 1)]
    [InlineData(1.2, 2)]
    [InlineData(37, 50)]
    [InlineData(51, 100)]
    public void The_upper_edge_is_a_round_number(double most, double top) => Assert.Equal(top, Curve.Round(most), 6);
}
