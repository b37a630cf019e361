using System.Drawing;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class ScreenPlanTests
{
    [Fact]
    public void Panes_fill_the_screen_whatever_its_size()
    {
        for (var width = ScreenPlan.MinWidth; width < 240; width += 7)
        {
            for (var height = ScreenPlan.MinHeight; height < 90; height += 3)
            {
                var plan = ScreenPlan.Of(width, height, PaneName.Jobs, false);
                var whole = plan.Panes.Values.Aggregate(Rectangle.Union);
                Assert.Equal(new Rectangle(0, 1, width, height - 3), whole);
                Assert.All(plan.Panes.Values, pane => Assert.True(pane is { Width: > 3, Height: > 3 }, $"{width}x{height} {pane}"));
            }
        }
    }

    [Fact]
    public void Borders_meet_in_crossings()
    {
        var plan = ScreenPlan.Of(80, 24, PaneName.Jobs, false);
        var signs = new BorderGrid(plan.Panes.Values).Signs.ToDictionary(s => s.At, s => s.Sign);
        var corner = plan.Panes[PaneName.Details].Location;

        Assert.Equal('┼', signs[corner]);
        Assert.Equal('┌', signs[new Point(0, 1)]);
        Assert.Equal('┘', signs[new Point(79, 21)]);
    }
}
