namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>The rows that the editor has on the screen, ready to be written, and where the cursor is in them.</summary>
/// <param name="Widths">The columns that each row takes.</param>
internal sealed record Frame(IReadOnlyList<string> Rows, IReadOnlyList<int> Widths, int CursorRow, int CursorColumn)
{
    public static readonly Frame Empty = new([""], [0], 0, 0);
}
