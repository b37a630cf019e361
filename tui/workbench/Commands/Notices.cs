using System.CommandLine;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Commands.Progress;

namespace MiniLambda.Workbench.Commands;

/// <summary>Remarks on stderr, unless they are not wanted.</summary>
public sealed class Notices(CommandTerminal terminal, bool quiet)
{
    public static Notices For(ParseResult parsed, GlobalOptions global, CommandTerminal terminal) => new(terminal, parsed.GetValue(global.Quiet));

    /// <summary>The line that says how far a command is.</summary>
    public ProgressLine Progress => quiet ? ProgressLine.None : terminal.Progress;

    /// <summary>For a person who watches: only on a terminal.</summary>
    public void Say(string text)
    {
        if (terminal.IsErrorTerminal)
            Tell(text);
    }

    /// <summary>For whoever reads stderr, be it a log: what would else be a riddle.</summary>
    public void Tell(string text)
    {
        if (quiet)
            return;
        terminal.Progress.Erase();
        terminal.Error.WriteLine(Printable.Line(text));
    }
}
