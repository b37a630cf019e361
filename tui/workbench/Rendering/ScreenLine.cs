using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>A piece of a line and what it stands for.</summary>
public readonly record struct ScreenSpan(string Text, ThemeRole Role);

/// <summary>A line of the screen before it is drawn: texts in order, each in its role. What could steer a terminal is shown as signs.</summary>
public sealed class ScreenLine
{
    public static readonly ScreenLine Empty = new();

    private readonly List<ScreenSpan> _spans = [];

    public IReadOnlyList<ScreenSpan> Spans => _spans;

    /// <summary>Columns that it takes.</summary>
    public int Width { get; private set; }

    public static ScreenLine Of(string text, ThemeRole role = ThemeRole.Plain) => new ScreenLine().Add(text, role);

    public ScreenLine Add(string text, ThemeRole role = ThemeRole.Plain)
    {
        if (text.Length == 0)
            return this;
        var safe = Printable.Line(text);
        _spans.Add(new ScreenSpan(safe, role));
        Width += TextWidth.Of(safe);
        return this;
    }

    public ScreenLine Add(ScreenLine other)
    {
        _spans.AddRange(other._spans);
        Width += other.Width;
        return this;
    }

    /// <summary>A cell of a column: cut with an ellipsis or filled to its width.</summary>
    public ScreenLine Cell(string text, int width, ThemeRole role = ThemeRole.Plain, bool isRight = false)
    {
        var fitted = Fit(Printable.Line(text), width);
        var gap = new string(' ', Math.Max(0, width - TextWidth.Of(fitted)));
        return isRight ? Add(gap + fitted, role) : Add(fitted + gap, role);
    }

    /// <summary>Blanks up to a column.</summary>
    public ScreenLine PadTo(int column) => column > Width ? Add(new string(' ', column - Width)) : this;

    /// <summary>The text alone.</summary>
    public override string ToString() => string.Concat(_spans.Select(s => s.Text));

    /// <summary>Cuts a text to a width, with an ellipsis where something is missing.</summary>
    public static string Fit(string text, int width)
    {
        if (width <= 0)
            return "";
        if (TextWidth.Of(text) <= width)
            return text;
        var end = 0;
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = TextWidth.Of(rune.ToString());
            if (used + next > width - 1)
                break;
            used += next;
            end += rune.Utf16SequenceLength;
        }

        return text[..end] + "…";
    }
}
