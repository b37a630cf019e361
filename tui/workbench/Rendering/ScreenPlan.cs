using System.Drawing;

namespace MiniLambda.Workbench.Rendering;

/// <summary>The panes of the workbench, numbered as they are called.</summary>
public enum PaneName
{
    Functions = 1,
    Jobs = 2,
    Nodes = 3,
    Details = 4,
}

/// <summary>Where everything stands on a screen of some size. Panes share their borders.</summary>
public sealed record ScreenPlan
{
    /// <summary>Smallest screen that can be worked with.</summary>
    public const int MinWidth = 40;
    public const int MinHeight = 10;

    /// <summary>Below this there is room for one pane only.</summary>
    public const int ManyWidth = 72;
    public const int ManyHeight = 20;

    public bool IsTooSmall { get; private init; }

    /// <summary>Outer rectangles, borders included, of the panes that are seen.</summary>
    public IReadOnlyDictionary<PaneName, Rectangle> Panes { get; private init; } = new Dictionary<PaneName, Rectangle>();

    /// <param name="front">The pane that is seen when there is room for one only.</param>
    /// <param name="isZoomed">Whether that one is wanted alone.</param>
    public static ScreenPlan Of(int width, int height, PaneName front, bool isZoomed)
    {
        if (width < MinWidth || height < MinHeight)
            return new ScreenPlan { IsTooSmall = true };
        // A header above; the command and the keys below.
        var (top, rows) = (1, height - 3);
        if (isZoomed || width < ManyWidth || height < ManyHeight)
            return new ScreenPlan { Panes = new Dictionary<PaneName, Rectangle> { [front] = new(0, top, width, rows) } };
        var left = Math.Clamp(width * 28 / 100, 26, 44);
        var upper = Math.Clamp(rows * 46 / 100, 8, rows - 8);
        return new ScreenPlan
        {
            Panes = new Dictionary<PaneName, Rectangle>
            {
                [PaneName.Functions] = new(0, top, left, upper),
                [PaneName.Jobs] = new(left - 1, top, width - left + 1, upper),
                [PaneName.Nodes] = new(0, top + upper - 1, left, rows - upper + 1),
                [PaneName.Details] = new(left - 1, top + upper - 1, width - left + 1, rows - upper + 1),
            },
        };
    }
}
