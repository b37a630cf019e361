using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Toml;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Commands.Help;

/// <summary><c>help COMMAND…</c>, and what <c>--help</c> prints.</summary>
internal static class HelpCommand
{
    public static Command Create(CommandTerminal terminal)
    {
        var words = new Argument<string[]>("command") { Description = "the command that is to be explained", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("help", "Explain a command") { words };
        command.SetAction(parsed =>
        {
            var found = (Command)parsed.RootCommandResult.Command;
            foreach (var word in parsed.GetValue(words) ?? [])
            {
                string[] known = [.. found.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
                found = found.Subcommands.FirstOrDefault(c => c.Name == word)
                    ?? throw new CommandException(
                        ExitCodes.Usage,
                        $"there is no command '{Printable.Of(string.Join(' ', parsed.GetValue(words)!))}'"
                        + (Spelling.Nearest(word, known) is { } near ? $"; did you mean '{near}'?" : ""));
            }

            Print(found, string.Join(' ', parsed.GetValue(words) ?? []), terminal);
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Has <c>--help</c> print these pages.</summary>
    public static void Replace(RootCommand root, CommandTerminal terminal)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Description = "explain the command";
        option.Action = new Printing(terminal);
        foreach (var version in root.Options.OfType<VersionOption>())
            version.Description = "the version of this program";
    }

    private static void Print(Command command, string path, CommandTerminal terminal)
    {
        foreach (var line in HelpText.Of(command, path, (terminal.IsOutTerminal ? terminal.Size() : TerminalSize.Usual).Columns))
            terminal.Out.WriteLine(line);
    }

    private sealed class Printing(CommandTerminal terminal) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parsed)
        {
            Print(parsed.CommandResult.Command, UsageErrors.Typed(parsed)["minilambda".Length..].TrimStart(), terminal);
            return ExitCodes.Done;
        }
    }
}
