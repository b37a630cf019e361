using System.CommandLine;
using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Commands;

/// <summary>Remarks on stderr, unless they are not wanted.</summary>
public sealed class Notices(CommandTerminal terminal, bool quiet)
{
    public static Notices For(ParseResult parsed, GlobalOptions global, CommandTerminal terminal) => new(terminal, parsed.GetValue(global.Quiet));

    /// <summary>For a person who watches: only on a terminal.</summary>
    public void Say(string text)
    {
        if (terminal.IsErrorTerminal)
            Tell(text);
    }

    /// <summary>For whoever reads stderr, be it a log: what would else be a riddle.</summary>
    public void Tell(string text)
    {
        if (!quiet)
            terminal.Error.WriteLine(Printable.Line(text));
    }
}
