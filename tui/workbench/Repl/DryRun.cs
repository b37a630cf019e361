using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Repl;

/// <summary>Tells what would be run.</summary>
internal static class DryRun
{
    /// <summary>Prints a command as a shell would take it, or what is wrong with it.</summary>
    /// <param name="line">The arguments with the session's flags.</param>
    /// <param name="args">The arguments that were typed. Values that nobody knows yet stand in them as their variables.</param>
    public static int Print(CommandTerminal terminal, string before, string[] line, IReadOnlyList<string> args, string place)
    {
        var prefix = place.Length > 0 ? $"{place}: " : "";
        var (parsed, _) = CommandLine.Parse(line, terminal);
        if (CommandLine.IsWrong(parsed))
        {
            // Nobody knows yet whether a value that comes later will do.
            var problems = UsageErrors.Of(parsed).Where(p => !args.Any(a => a.Contains('$', StringComparison.Ordinal) && p.Contains(a, StringComparison.Ordinal))).ToList();
            if (problems.Exists(p => p.StartsWith("error: ", StringComparison.Ordinal)))
            {
                using var error = new PlacedWriter(terminal.Error, place);
                foreach (var problem in problems)
                    (place.Length > 0 ? error : terminal.Error).WriteLine(Printable.Line(problem));
                return ExitCodes.Usage;
            }
        }

        terminal.Out.WriteLine(Printable.Line($"{prefix}{before}minilambda {string.Join(' ', args.Select(Quoted))}"));
        return ExitCodes.Done;
    }

    private static string Quoted(string arg) => arg is ['$', .. var name] && Variables.IsName(name) ? arg : ShellQuote.Of(arg);
}
