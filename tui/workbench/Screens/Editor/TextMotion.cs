using System.Globalization;
using MiniLambda.Workbench.Screens.Lines;

namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>A way for the cursor to go.</summary>
public enum TextMotion
{
    Left,
    Right,
    WordLeft,
    WordRight,

    /// <summary>To the first character that is no space, and from there to the very beginning.</summary>
    LineStart,
    LineEnd,
    Start,
    End,
}

/// <summary>Where the cursor gets to; always between characters as a person sees them, never within one.</summary>
public static class TextMotions
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such motion.</exception>
    public static TextPosition Go(IReadOnlyList<string> lines, TextPosition place, TextMotion motion) => motion switch
    {
        TextMotion.Left => Left(lines, place),
        TextMotion.Right => Right(lines, place),
        TextMotion.WordLeft => WordLeft(lines, place),
        TextMotion.WordRight => WordRight(lines, place),
        TextMotion.LineStart => LineStart(lines[place.Line], place),
        TextMotion.LineEnd => place with { Column = lines[place.Line].Length },
        TextMotion.Start => default,
        TextMotion.End => EndOf(lines),
        _ => throw new ArgumentOutOfRangeException(nameof(motion), motion, null),
    };

    /// <summary>Some rows down, or up when negative, as near as can be to a column of the screen.</summary>
    public static TextPosition GoRows(IReadOnlyList<string> lines, TextPosition place, int rows, int screenColumn)
    {
        var line = Math.Clamp(place.Line + rows, 0, lines.Count - 1);
        return new TextPosition(line, AtScreenColumn(lines[line], screenColumn));
    }

    public static TextPosition EndOf(IReadOnlyList<string> lines) => new(lines.Count - 1, lines[^1].Length);

    /// <summary>Columns of the screen before a place in a line.</summary>
    public static int ScreenColumn(string line, int column)
    {
        var cells = new List<TextCell>(line.Length);
        TextCell.Layout(line, cells);
        foreach (var cell in cells)
        {
            if (cell.Index + cell.Length > column)
                return cell.Column;
        }

        return cells.Count == 0 ? 0 : cells[^1].End;
    }

    /// <summary>The place in a line that stands at a column of the screen; the line's end when it is shorter.</summary>
    public static int AtScreenColumn(string line, int screenColumn)
    {
        var cells = new List<TextCell>(line.Length);
        TextCell.Layout(line, cells);
        foreach (var cell in cells)
        {
            if (cell.End > screenColumn)
                return cell.Index;
        }

        return line.Length;
    }

    /// <summary>The place itself, or the beginning of the character within which it lies; the nearest one when it lies outside of the text.</summary>
    public static TextPosition Clamp(IReadOnlyList<string> lines, TextPosition position)
    {
        if (position.Line < 0)
            return default;
        if (position.Line >= lines.Count)
            return EndOf(lines);
        var line = lines[position.Line];
        if (position.Column <= 0 || position.Column >= line.Length)
            return position with { Column = Math.Clamp(position.Column, 0, line.Length) };
        return position with { Column = Boundary(line, position.Column) };
    }

    private static TextPosition Left(IReadOnlyList<string> lines, TextPosition place)
    {
        if (place.Column > 0)
            return place with { Column = Boundary(lines[place.Line], place.Column - 1) };
        return place.Line == 0 ? place : new TextPosition(place.Line - 1, lines[place.Line - 1].Length);
    }

    private static TextPosition Right(IReadOnlyList<string> lines, TextPosition place)
    {
        var line = lines[place.Line];
        if (place.Column < line.Length)
            return place with { Column = place.Column + StringInfo.GetNextTextElementLength(line, place.Column) };
        return place.Line == lines.Count - 1 ? place : new TextPosition(place.Line + 1, 0);
    }

    private static TextPosition WordLeft(IReadOnlyList<string> lines, TextPosition place)
    {
        if (place.Column == 0)
            return Left(lines, place);
        var (line, column) = (lines[place.Line], place.Column);
        while (column > 0 && !IsWord(line[column - 1]))
            column--;
        while (column > 0 && IsWord(line[column - 1]))
            column--;
        return place with { Column = Boundary(line, column) };
    }

    private static TextPosition WordRight(IReadOnlyList<string> lines, TextPosition place)
    {
        var (line, column) = (lines[place.Line], place.Column);
        if (column == line.Length)
            return Right(lines, place);
        while (column < line.Length && IsWord(line[column]))
            column++;
        while (column < line.Length && !IsWord(line[column]))
            column++;
        return place with { Column = column == line.Length ? column : Boundary(line, column) };
    }

    private static TextPosition LineStart(string line, TextPosition place)
    {
        var indent = line.Length - line.TrimStart(' ', '\t').Length;
        return place with { Column = place.Column == indent ? 0 : indent };
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' || char.IsSurrogate(c);

    // Characters as a person sees them can only be told from the beginning of the line.
    private static int Boundary(string line, int column)
    {
        var at = 0;
        while (at < line.Length)
        {
            var next = at + StringInfo.GetNextTextElementLength(line, at);
            if (next > column)
                return at;
            at = next;
        }

        return at;
    }
}
