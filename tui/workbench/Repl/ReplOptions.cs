namespace MiniLambda.Workbench.Repl;

/// <summary>How a session behaves.</summary>
internal sealed record ReplOptions
{
    /// <summary>A script ends at the first command that fails.</summary>
    public bool FailFast { get; init; }

    /// <summary>Commands are read and printed, and not run.</summary>
    public bool DryRun { get; init; }

    /// <summary>What goes with every command.</summary>
    public SessionFlags Flags { get; init; } = SessionFlags.None;

    public bool NoColor { get; init; }
}
