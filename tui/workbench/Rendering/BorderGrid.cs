using System.Drawing;

namespace MiniLambda.Workbench.Rendering;

/// <summary>The borders of rectangles that overlap, with the crossings that they make. Points that belong to one of them can be told apart.</summary>
public sealed class BorderGrid
{
    private const int Up = 1;
    private const int Down = 2;
    private const int Left = 4;
    private const int Right = 8;

    private readonly Dictionary<Point, int> _arms = [];

    public BorderGrid(IEnumerable<Rectangle> rectangles)
    {
        foreach (var r in rectangles)
        {
            for (var x = r.Left; x < r.Right; x++)
            {
                var arms = (x > r.Left ? Left : 0) | (x < r.Right - 1 ? Right : 0);
                Put(x, r.Top, arms);
                Put(x, r.Bottom - 1, arms);
            }

            for (var y = r.Top; y < r.Bottom; y++)
            {
                var arms = (y > r.Top ? Up : 0) | (y < r.Bottom - 1 ? Down : 0);
                Put(r.Left, y, arms);
                Put(r.Right - 1, y, arms);
            }
        }
    }

    /// <summary>Every point of the borders with its sign.</summary>
    public IEnumerable<(Point At, char Sign)> Signs => _arms.Select(arm => (arm.Key, Sign(arm.Value)));

    public static bool IsOn(Rectangle r, Point p) =>
        r.Contains(p) && (p.X == r.Left || p.X == r.Right - 1 || p.Y == r.Top || p.Y == r.Bottom - 1);

    private static char Sign(int arms) => arms switch
    {
        Down | Right => '┌',
        Down | Left => '┐',
        Up | Right => '└',
        Up | Left => '┘',
        Up | Down | Right => '├',
        Up | Down | Left => '┤',
        Left | Right | Down => '┬',
        Left | Right | Up => '┴',
        Up | Down | Left | Right => '┼',
        _ => (arms & (Left | Right)) != 0 ? '─' : '│',
    };

    private void Put(int x, int y, int arms) => _arms[new Point(x, y)] = _arms.GetValueOrDefault(new Point(x, y)) | arms;
}
