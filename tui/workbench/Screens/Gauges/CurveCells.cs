namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>The cells of a chart, into which several curves may be drawn: with the dots of Braille two samples a column and four levels a row.</summary>
public sealed class CurveCells
{
    private const int LevelsPerRow = 4;

    // Unicode, Braille Patterns: the dots of a cell from the lowest to the highest, left and right.
    private static readonly byte[,] Dots = { { 0x40, 0x80 }, { 0x04, 0x20 }, { 0x02, 0x10 }, { 0x01, 0x08 } };

    private readonly int _width;
    private readonly int _height;
    private readonly GaugeGlyphs _glyphs;
    private readonly byte[,] _dots;
    private readonly int[,] _curves;

    public CurveCells(int width, int height, GaugeGlyphs glyphs)
    {
        (_width, _height, _glyphs) = (Math.Max(0, width), Math.Max(0, height), glyphs);
        _dots = new byte[_height, _width];
        _curves = new int[_height, _width];
    }

    /// <summary>Draws a curve over those that are there.</summary>
    /// <param name="curve">Its number, which <see cref="CurveAt"/> tells.</param>
    /// <param name="isFilled">The area below it too; else a line.</param>
    public void Draw(IReadOnlyList<double> samples, int curve, double ceiling, bool isFilled)
    {
        var perColumn = _glyphs == GaugeGlyphs.Unicode ? HistoryCurve.SamplesPerColumn : 1;
        var capacity = HistoryCurve.Capacity(_width, _glyphs);
        var shown = Math.Min(capacity, samples.Count);
        var before = -1;
        for (var i = 0; i < shown; i++)
        {
            var sample = samples[samples.Count - shown + i];
            if (double.IsNaN(sample))
            {
                before = -1;
                continue;
            }

            var (slot, level) = (capacity - shown + i, Level(sample, ceiling));
            // A line that jumps is drawn down to where it came from.
            var from = isFilled ? 0 : before < 0 ? level : Math.Min(level, before < level ? before + 1 : level);
            var to = isFilled || before < 0 ? level : Math.Max(level, before > level ? before - 1 : level);
            for (var at = from; at <= to; at++)
                Set(slot / perColumn, slot % perColumn, at, curve);
            before = level;
        }
    }

    /// <summary>The curve that was drawn last in a cell; meaningless for an empty one.</summary>
    public int CurveAt(int row, int column) => _curves[row, column];

    public string[] Rows()
    {
        var rows = new string[_height];
        for (var row = 0; row < _height; row++)
        {
            var line = new char[_width];
            for (var column = 0; column < _width; column++)
                line[column] = Glyph(_dots[row, column]);
            rows[row] = new string(line);
        }

        return rows;
    }

    private char Glyph(byte dots)
    {
        if (dots == 0)
            return ' ';
        if (_glyphs == GaugeGlyphs.Unicode)
            return (char)(0x2800 + dots);
        var (isLow, isHigh) = ((dots & 0xE4) != 0, (dots & 0x1B) != 0);
        return isLow && isHigh ? '|' : isLow ? '.' : '\'';
    }

    private int Level(double sample, double ceiling)
    {
        var levels = _height * LevelsPerRow;
        return Math.Clamp((int)Math.Round(Math.Clamp(sample / ceiling, 0, 1) * (levels - 1)), 0, Math.Max(0, levels - 1));
    }

    private void Set(int column, int side, int level, int curve)
    {
        var row = _height - 1 - level / LevelsPerRow;
        if (row < 0)
            return;
        _dots[row, column] |= _glyphs == GaugeGlyphs.Unicode
            ? Dots[level % LevelsPerRow, side]
            : (byte)(Dots[level % LevelsPerRow, 0] | Dots[level % LevelsPerRow, 1]);
        _curves[row, column] = curve;
    }
}
