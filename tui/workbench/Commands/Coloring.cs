using System.CommandLine;

namespace MiniLambda.Workbench.Commands;

/// <summary>Whether what is printed has colours.</summary>
internal static class Coloring
{
    /// <summary>On a terminal that can show them, unless <c>--no-color</c> or <c>NO_COLOR</c> (no-color.org) says otherwise.</summary>
    public static bool IsWanted(ParseResult parsed, CommandTerminal terminal) => terminal.IsOutTerminal
        && terminal.Variable("NO_COLOR") is null
        && terminal.Variable("TERM") is not "dumb"
        && !IsRefused(parsed);

    private static bool IsRefused(ParseResult parsed) => parsed.RootCommandResult.Command.Options.FirstOrDefault(o => o.Name == "--no-color") is Option<bool> refused
        && parsed.GetValue(refused);
}
