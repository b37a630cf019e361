namespace MiniLambda.Workbench.Commands.Help;

/// <summary>What <c>--help</c> tells of a command beside its flags.</summary>
internal sealed record HelpPage
{
    /// <summary>Paragraphs, separated by an empty line; wrapped to the terminal.</summary>
    public string Details { get; init; } = "";

    /// <summary>Command lines that work as they stand, each with what it does.</summary>
    public IReadOnlyList<(string Line, string About)> Examples { get; init; } = [];

    /// <summary>Where they say more than done and failed.</summary>
    public IReadOnlyList<(int Code, string Meaning)> ExitCodes { get; init; } = [];

    /// <summary>Other commands, as they are typed after <c>minilambda</c>.</summary>
    public IReadOnlyList<string> SeeAlso { get; init; } = [];
}

/// <summary>The pages of all commands.</summary>
internal static class HelpPages
{
    private static readonly Dictionary<string, HelpPage> Pages = new(
    [
        .. FunctionPages.All, .. JobPages.All, .. SubmitPages.All, .. ClusterPages.All, .. AccessPages.All, .. TrustPages.All, .. JoiningPages.All,
    ]);

    /// <summary>Short forms have the pages of what they are short for.</summary>
    private static readonly Dictionary<string, string> Short = new()
    {
        ["ps"] = "job list",
        ["status"] = "job show",
        ["logs"] = "job logs",
        ["result"] = "job result",
        ["cancel"] = "job cancel",
        ["explain"] = "job explain",
        ["trace"] = "job trace",
    };

    /// <param name="path">The command as it is typed after <c>minilambda</c>; empty for the program itself.</param>
    public static HelpPage Of(string path) => Pages.GetValueOrDefault(Short.GetValueOrDefault(path, path)) ?? new HelpPage();

    /// <summary>What a command is short for; null when it is none.</summary>
    public static string? LongForm(string path) => Short.GetValueOrDefault(path);
}
