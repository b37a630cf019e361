using System.Globalization;
using MiniLambda.Client.Contexts;
using MiniLambda.Domain.Toml;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Repl;

/// <summary>The commands of the session itself, which begin with a dot.</summary>
internal sealed class Directives(ReplSession session, CommandTerminal terminal)
{
    /// <summary>Every one of them.</summary>
    public static readonly string[] Names = [".context", ".help", ".mode", ".output", ".quit", ".read", ".timer"];

    /// <summary>The directive that a word without a dot means; null when it means none.</summary>
    public static string? OfWord(IReadOnlyList<string> args) => args switch
    {
        ["help", ..] => ".help",
        ["exit" or "quit", ..] => ".quit",
        _ => null,
    };

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string name, IReadOnlyList<string> args, string place, CancellationToken cancellationToken)
    {
        switch (name, args)
        {
            case (".help", []):
                await terminal.Out.WriteAsync(HelpText.All);
                return ExitCodes.Done;
            case (".help", _):
                return await CommandLine.RunAsync([.. args, "--help"], terminal);
            case (".mode", [var mode]) when OutputMode.All.Contains(mode):
                session.Mode = mode;
                return ExitCodes.Done;
            case (".mode", _):
                return session.Fail(place, $".mode takes {Flags.Listed(OutputMode.All, "or")}; it is {session.Mode}");
            case (".timer", ["on" or "off"]):
                session.IsTimed = args[0] == "on";
                return ExitCodes.Done;
            case (".timer", _):
                return session.Fail(place, $".timer takes on or off; it is {(session.IsTimed ? "on" : "off")}");
            case (".context", [var context]):
                return UseContext(context, place);
            case (".context", _):
                return session.Fail(place, ".context takes the name of a context; 'context list' shows them");
            case (".output", [{ Length: > 0 } path]):
                return SendOutput(path, place);
            case (".output", _):
                return session.Fail(place, ".output takes a file, or - for the usual place");
            case (".read", [{ Length: > 0 } path]):
                return await session.Scripts.RunFileAsync(path, place, cancellationToken);
            case (".read", _):
                return session.Fail(place, ".read takes a file");
            case (".quit", []):
                session.Leave();
                return session.LastCode;
            case (".quit", [var code]) when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 255:
                session.Leave();
                return number;
            case (".quit", _):
                return session.Fail(place, ".quit takes an exit code from 0 to 255, or nothing");
            default:
                var near = Spelling.Nearest(name, Names);
                return session.Fail(place, near is null ? $"there is no '{name}' ({Flags.Listed(Names, "or")})" : $"there is no '{name}'; did you mean '{near}'?");
        }
    }

    private int UseContext(string name, string place)
    {
        try
        {
            var file = ContextFile.Read(ContextFile.UsualLocation(terminal.Variable));
            if (file.Find(name) is null)
                return session.Fail(place, Problem(name, file), ExitCodes.Failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return session.Fail(place, e.Message, ExitCodes.Failed);
        }

        session.Flags = session.Flags.For(name);
        return ExitCodes.Done;
    }

    private static string Problem(string name, ContextFile file) => Spelling.Nearest(name, file.Contexts.Select(c => c.Name)) is { } near
        ? $"there is no context '{name}' in {file.Location}; did you mean '{near}'?"
        : $"there is no context '{name}' in {file.Location}";

    private int SendOutput(string path, string place)
    {
        if (session.IsDryRun)
            return ExitCodes.Done;
        try
        {
            session.SendOutput(path == "-" ? null : path);
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var problem = e is DirectoryNotFoundException ? $"there is no folder for '{path}'" : $"'{path}' cannot be written: {e.Message}";
            return session.Fail(place, problem, ExitCodes.Failed);
        }
    }
}
