using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Repl.Prompting;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens;

/// <summary>What a command line did.</summary>
public sealed record CommandOutcome(int ExitCode, string Out, string Error);

/// <summary>Runs a command line, as it could be typed after <c>minilambda</c>, against the cluster on screen.</summary>
/// <param name="input">What it reads from stdin; null when there is nothing to read.</param>
/// <param name="printed">Gets what it prints while it runs, and the outcome then has none of it; null to have it all in the outcome.</param>
public delegate Task<CommandOutcome> RunCommand(IReadOnlyList<string> args, byte[]? input, PrintedLines? printed, CancellationToken cancellationToken);

/// <summary>What screens work with.</summary>
public sealed record Desk
{
    public required IClusterFeed Feed { get; init; }

    public required RunCommand Run { get; init; }

    public required ActiveTheme Theme { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Whether nothing may be changed from here.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Flags that name the cluster, for commands that are shown; empty where the plain command means the same one.</summary>
    public string ClusterFlags { get; init; } = "";

    /// <summary>Ends with the program.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>Keeps the theme that was chosen; says why not where it cannot.</summary>
    public Func<Theme, string?> KeepTheme { get; init; } = static _ => null;

    /// <summary>Said at the beginning; empty when there is nothing to say.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Gives a manifest's text to the person's own editor, with the screen out of the way; null when they gave it up.</summary>
    public Func<string, string?>? EditOutside { get; init; }

    /// <summary>Makes a new version of a function from a manifest and the digest of a module that the cluster has; tells the version.</summary>
    public required Func<string, string, CancellationToken, Task<int>> PushManifest { get; init; }

    /// <summary>Words that may stand at the end of a command line.</summary>
    public Func<string, IReadOnlyList<string>> Complete { get; init; } = static _ => [];

    /// <summary>What charts are drawn with.</summary>
    public GaugeGlyphs Glyphs { get; init; }

    /// <summary>What was typed at the palette, and at the prompt of the REPL.</summary>
    internal KeptHistory History { get; init; } = KeptHistory.Forgotten();

    /// <summary>A command as a person would type it.</summary>
    public string Shown(string command) => $"minilambda {(ClusterFlags.Length > 0 ? ClusterFlags + " " : "")}{command}";
}
