namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>What became of a line.</summary>
public enum LineChange
{
    Same,
    Removed,
    Added,

    /// <summary>Stands for lines that are the same in both texts and not shown.</summary>
    Skipped,
}

/// <summary>One line of a comparison.</summary>
/// <param name="Before">Number of the line in the old text, from 1; null when it is not there.</param>
/// <param name="After">Number of the line in the new text, from 1; null when it is not there.</param>
public readonly record struct DiffLine(LineChange Change, int? Before, int? After, string Text);

/// <summary>Compares texts line by line.</summary>
public static class LineDiff
{
    /// <summary>Lines that are shown around a change.</summary>
    public const int Context = 3;

    // Larger ones would need more memory than a preview is worth: there the changed middle is told as a whole.
    private const int MaxTableCells = 4_000_000;

    /// <summary>All lines of both texts, those that stay once; as few changes as there can be.</summary>
    public static IReadOnlyList<DiffLine> Compare(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var shared = Math.Min(old.Length, now.Length);
        var head = 0;
        while (head < shared && old[head] == now[head])
            head++;
        var tail = 0;
        while (tail < shared - head && old[^(tail + 1)] == now[^(tail + 1)])
            tail++;

        var lines = new List<DiffLine>(old.Length + now.Length);
        for (var i = 0; i < head; i++)
            lines.Add(new DiffLine(LineChange.Same, i + 1, i + 1, old[i]));
        AddMiddle(lines, old.AsSpan(head, old.Length - head - tail), now.AsSpan(head, now.Length - head - tail), head);
        for (var i = tail; i > 0; i--)
            lines.Add(new DiffLine(LineChange.Same, old.Length - i + 1, now.Length - i + 1, old[^i]));
        return lines;
    }

    /// <summary>The changes with some lines around them; what lies between stands as one line that says how many were left out.</summary>
    public static IReadOnlyList<DiffLine> Shorten(IReadOnlyList<DiffLine> lines, int context = Context)
    {
        var isShown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Change != LineChange.Same)
                Array.Fill(isShown, true, Math.Max(0, i - context), Math.Min(lines.Count, i + context + 1) - Math.Max(0, i - context));
        }

        var shown = new List<DiffLine>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (isShown[i])
            {
                shown.Add(lines[i]);
                continue;
            }

            var start = i;
            while (i + 1 < lines.Count && !isShown[i + 1])
                i++;
            shown.Add(new DiffLine(LineChange.Skipped, null, null, $"{i - start + 1} unchanged {(i == start ? "line" : "lines")}"));
        }

        return shown;
    }

    private static void AddMiddle(List<DiffLine> lines, ReadOnlySpan<string> old, ReadOnlySpan<string> now, int head)
    {
        var common = (long)(old.Length + 1) * (now.Length + 1) <= MaxTableCells ? CommonLengths(old, now) : null;
        var (i, j) = (0, 0);
        while (i < old.Length || j < now.Length)
        {
            if (i < old.Length && j < now.Length && common is not null && old[i] == now[j])
                lines.Add(new DiffLine(LineChange.Same, head + ++i, head + ++j, old[i - 1]));
            else if (i < old.Length && (j == now.Length || common is null || common[i + 1, j] >= common[i, j + 1]))
                lines.Add(new DiffLine(LineChange.Removed, head + ++i, null, old[i - 1]));
            else
                lines.Add(new DiffLine(LineChange.Added, null, head + ++j, now[j - 1]));
        }
    }

    /// <summary>For each pair of places: how many lines what follows them has in common, in order.</summary>
    private static int[,] CommonLengths(ReadOnlySpan<string> old, ReadOnlySpan<string> now)
    {
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        return common;
    }
}
