using System.Collections.Frozen;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace MiniLambda.Workbench.Screens.Theming;

/// <summary>The themes that ship.</summary>
public static class Themes
{
    public static Theme Dark { get; } = Coloured("dark", new Colours
    {
        Text = "#d7dae0",
        Back = "#1c1f26",
        Bar = "#2b303b",
        Selected = "#3e4a63",
        Muted = "#9097a3",
        Blue = "#6cb6f5",
        Green = "#98c379",
        Red = "#f07c85",
        Yellow = "#e5c07b",
        Orange = "#e0a070",
        Violet = "#d08ae8",
        Cyan = "#62c0cc",
        Found = "#e5c07b",
        FoundNow = "#ff9e3b",
        OnFound = "#1c1f26",
    });

    public static Theme Light { get; } = Coloured("light", new Colours
    {
        Text = "#24292f",
        Back = "#fafafa",
        Bar = "#e2e6ec",
        Selected = "#c8dcf5",
        Muted = "#636b74",
        Blue = "#0550ae",
        Green = "#116329",
        Red = "#b01822",
        Yellow = "#7a4e00",
        Orange = "#953800",
        Violet = "#7a35c0",
        Cyan = "#0b6672",
        Found = "#ffe58a",
        FoundNow = "#ffb454",
        OnFound = "#24292f",
    });

    public static Theme HighContrast { get; } = Coloured("high-contrast", new Colours
    {
        Text = "#ffffff",
        Back = "#000000",
        Bar = "#000000",
        Selected = "#0000a0",
        Muted = "#d0d0d0",
        Blue = "#80d0ff",
        Green = "#60ff60",
        Red = "#ff9090",
        Yellow = "#ffff00",
        Orange = "#ffc060",
        Violet = "#ffa0ff",
        Cyan = "#60ffff",
        Found = "#ffff00",
        FoundNow = "#ffffff",
        OnFound = "#000000",
    });

    /// <summary>No colours but the terminal's own; states differ in style, and everywhere in words too.</summary>
    public static Theme Mono { get; } = new()
    {
        Name = "mono",
        Base = MonoScheme(TextStyle.None),
        Dialog = MonoScheme(TextStyle.None),
        Menu = MonoScheme(TextStyle.Bold),
        Error = MonoScheme(TextStyle.Reverse),
        Roles = Enum.GetValues<ThemeRole>().ToFrozenDictionary(role => role, role => Own(role switch
        {
            ThemeRole.Running or ThemeRole.Added or ThemeRole.Heading or ThemeRole.Section or ThemeRole.FirstCurve => TextStyle.Bold,
            ThemeRole.Failed or ThemeRole.High => TextStyle.Bold | TextStyle.Underline,
            ThemeRole.Suspect or ThemeRole.Fault or ThemeRole.Middle => TextStyle.Underline,
            ThemeRole.Away or ThemeRole.Stale or ThemeRole.Muted or ThemeRole.Removed or ThemeRole.Comment or ThemeRole.ThirdCurve => TextStyle.Faint,
            ThemeRole.Match or ThemeRole.Selection => TextStyle.Reverse,
            ThemeRole.CurrentMatch => TextStyle.Reverse | TextStyle.Bold | TextStyle.Underline,
            _ => TextStyle.None,
        })),
    };

    public static IReadOnlyList<Theme> All { get; } = [Dark, Light, HighContrast, Mono];

    /// <summary>The theme of that name; null when there is none.</summary>
    public static Theme? Find(string name) => All.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase));

    private static Theme Coloured(string name, Colours c) => new()
    {
        Name = name,
        Base = Schemed(c.Text, c.Back, c),
        Dialog = Schemed(c.Text, c.Bar, c),
        Menu = Schemed(c.Text, c.Bar, c),
        Error = Schemed(c.OnFound, c.FoundNow, c),
        Roles = Enum.GetValues<ThemeRole>().ToFrozenDictionary(role => role, role => Coloured(role, c)),
    };

    private static Attribute Coloured(ThemeRole role, Colours c) => role switch
    {
        ThemeRole.Running or ThemeRole.Name or ThemeRole.FirstCurve => On(c.Back, c.Blue),
        ThemeRole.Succeeded or ThemeRole.Added or ThemeRole.Low or ThemeRole.Text => On(c.Back, c.Green),
        ThemeRole.Failed => On(c.Back, c.Red, TextStyle.Bold),
        ThemeRole.Removed or ThemeRole.High or ThemeRole.ThirdCurve => On(c.Back, c.Red),
        ThemeRole.Fault => On(c.Back, c.Red, TextStyle.Underline),
        ThemeRole.Queued or ThemeRole.Middle or ThemeRole.SecondCurve => On(c.Back, c.Yellow),
        ThemeRole.Suspect or ThemeRole.Number => On(c.Back, c.Orange),
        ThemeRole.Away or ThemeRole.Muted => On(c.Back, c.Muted),
        ThemeRole.Stale or ThemeRole.Comment => On(c.Back, c.Muted, TextStyle.Italic),
        ThemeRole.Heading => On(c.Back, c.Text, TextStyle.Bold),
        ThemeRole.Section => On(c.Back, c.Violet, TextStyle.Bold),
        ThemeRole.Constant => On(c.Back, c.Cyan),
        ThemeRole.Match => On(c.Found, c.OnFound),
        ThemeRole.CurrentMatch => On(c.FoundNow, c.OnFound, TextStyle.Bold),
        ThemeRole.Selection => On(c.Selected, c.Text),
        _ => On(c.Back, c.Text),
    };

    private static Scheme Schemed(string text, string back, Colours c) => new(On(back, text))
    {
        HotNormal = On(back, text, TextStyle.Bold),
        Focus = On(c.Selected, c.Text),
        HotFocus = On(c.Selected, c.Text, TextStyle.Bold),
        Active = On(back, text, TextStyle.Bold),
        HotActive = On(back, text, TextStyle.Bold),
        Highlight = On(back, text, TextStyle.Underline),
        Editable = On(c.Back, c.Text),
        ReadOnly = On(back, text),
        Disabled = On(back, back == c.FoundNow ? text : c.Muted),
        Code = On(back, text),
    };

    // Roles that a scheme leaves open are derived from its colours; there are none here, so none may be left open.
    private static Scheme MonoScheme(TextStyle style) => new(Own(style))
    {
        HotNormal = Own(style | TextStyle.Bold),
        Focus = Own(style ^ TextStyle.Reverse),
        HotFocus = Own((style ^ TextStyle.Reverse) | TextStyle.Bold),
        Active = Own(style | TextStyle.Bold),
        HotActive = Own(style | TextStyle.Bold),
        Highlight = Own(style | TextStyle.Underline),
        Editable = Own(style),
        ReadOnly = Own(style),
        Disabled = Own(style | TextStyle.Faint),
        Code = Own(style),
        CodeComment = Own(style | TextStyle.Faint),
        CodeKeyword = Own(style | TextStyle.Bold),
        CodeString = Own(style),
        CodeNumber = Own(style),
        CodeOperator = Own(style),
        CodeType = Own(style | TextStyle.Bold),
        CodePreprocessor = Own(style | TextStyle.Bold),
        CodeIdentifier = Own(style),
        CodeConstant = Own(style),
        CodePunctuation = Own(style),
        CodeFunctionName = Own(style),
        CodeAttribute = Own(style),
    };

    private static Attribute Own(TextStyle style) => new(Color.None, Color.None, style);

    private static Attribute On(string back, string text, TextStyle style = TextStyle.None) => new(Color.Parse(text), Color.Parse(back), style);

    private sealed record Colours
    {
        public required string Text { get; init; }
        public required string Back { get; init; }
        public required string Bar { get; init; }
        public required string Selected { get; init; }
        public required string Muted { get; init; }
        public required string Blue { get; init; }
        public required string Green { get; init; }
        public required string Red { get; init; }
        public required string Yellow { get; init; }
        public required string Orange { get; init; }
        public required string Violet { get; init; }
        public required string Cyan { get; init; }

        /// <summary>Behind what a search found.</summary>
        public required string Found { get; init; }

        /// <summary>Behind the match where the cursor is.</summary>
        public required string FoundNow { get; init; }
        public required string OnFound { get; init; }
    }
}
