namespace MiniLambda.Workbench.Screens.Theming;

/// <summary>What a piece of a screen stands for; a theme says how it looks.</summary>
public enum ThemeRole : byte
{
    Plain,

    // States of jobs and nodes.
    Running,
    Succeeded,
    Failed,
    Queued,
    Suspect,
    Away,

    /// <summary>What was true when the orchestrator was last heard.</summary>
    Stale,

    // Text.
    Muted,
    Heading,
    Match,
    CurrentMatch,
    Selection,
    Fault,
    Added,
    Removed,

    // How full something is.
    Low,
    Middle,
    High,

    // Code.
    Section,
    Name,
    Text,
    Number,
    Constant,
    Comment,

    // Curves that share one chart.
    FirstCurve,
    SecondCurve,
    ThirdCurve,
}
