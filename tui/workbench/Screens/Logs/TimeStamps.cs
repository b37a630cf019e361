namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>What stands before the lines of a log.</summary>
public enum TimeStamps
{
    Off,

    /// <summary>Hours to seconds, as the clock on the wall shows them.</summary>
    Seconds,

    /// <summary>The date too, and milliseconds.</summary>
    Full,
}
