namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>What bars and curves are drawn with.</summary>
public enum GaugeGlyphs
{
    /// <summary>Eighths of blocks and dots of Braille.</summary>
    Unicode,

    /// <summary>For terminals and fonts without them.</summary>
    Ascii,
}

/// <summary>Finds out what a terminal can show.</summary>
public static class GaugeGlyphsChoice
{
    /// <summary>From the locale (<c>LC_ALL</c>, <c>LC_CTYPE</c>, <c>LANG</c>, the first that is set) and the kind of the terminal.</summary>
    /// <param name="variable">The environment; null or empty for what is not set.</param>
    public static GaugeGlyphs From(Func<string, string?> variable)
    {
        // The console of Linux has 512 glyphs; Braille is not among them.
        if (variable("TERM") is "linux" or "dumb" or "vt100")
            return GaugeGlyphs.Ascii;
        var locale = Set("LC_ALL") ?? Set("LC_CTYPE") ?? Set("LANG") ?? "UTF-8";
        var isUnicode = locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
        return isUnicode ? GaugeGlyphs.Unicode : GaugeGlyphs.Ascii;

        string? Set(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }
}
