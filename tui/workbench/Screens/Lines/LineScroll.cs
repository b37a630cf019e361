namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>
/// Where a view of many lines stands, each of which takes one row of the screen or more: every move looks only at the lines it passes, so a hundred
/// thousand of them cost nothing.
/// </summary>
/// <param name="rowsOf">Rows of the screen that a line takes; at least 1.</param>
public sealed class LineScroll(Func<int, int> rowsOf)
{
    /// <summary>The first line that is seen.</summary>
    public int Line { get; private set; }

    /// <summary>Rows of that line which are scrolled off.</summary>
    public int Row { get; private set; }

    public void ToStart() => (Line, Row) = (0, 0);

    /// <summary>The last line stands at the bottom, or the first one at the top if they all fit.</summary>
    public void ToEnd(int count, int height)
    {
        (Line, Row) = (Math.Max(0, count), 0);
        Up(height);
    }

    public void Up(int rows)
    {
        while (rows > 0 && (Line > 0 || Row > 0))
        {
            if (Row == 0)
                Row = rowsOf(--Line);
            var step = Math.Min(rows, Row);
            Row -= step;
            rows -= step;
        }
    }

    public void Down(int rows, int count, int height)
    {
        while (rows > 0 && Line < count)
        {
            var step = Math.Min(rows, rowsOf(Line) - Row);
            Row += step;
            rows -= step;
            if (Row == rowsOf(Line))
                (Line, Row) = (Line + 1, 0);
        }

        Settle(count, height);
    }

    /// <summary>Scrolls no further than needed for a line to be seen.</summary>
    public void Reveal(int line, int count, int height)
    {
        if (count == 0)
        {
            ToStart();
            return;
        }

        if (line < Line || line == Line && Row > 0)
        {
            (Line, Row) = (line, 0);
        }
        else if (line - Line >= height || RowsBetween(line) + rowsOf(line) > height)
        {
            (Line, Row) = (line + 1, 0);
            Up(height);
            // A line taller than the view is seen from its beginning.
            if (Line == line)
                Row = 0;
        }

        Settle(count, height);
    }

    /// <summary>Goes with the lines when some were taken away before the first.</summary>
    public void Shift(int taken) => (Line, Row) = Line >= taken ? (Line - taken, Row) : (0, 0);

    /// <summary>Goes back to where there are lines, after some went or the view grew.</summary>
    public void Settle(int count, int height)
    {
        if (Line < count)
            Row = Math.Min(Row, rowsOf(Line) - 1);
        var seen = 0;
        for (var line = Line; line < count && seen < height; line++)
            seen += line == Line ? rowsOf(line) - Row : rowsOf(line);
        if (seen < height)
            ToEnd(count, height);
    }

    private int RowsBetween(int line)
    {
        var rows = -Row;
        for (var i = Line; i < line; i++)
            rows += rowsOf(i);
        return rows;
    }
}
