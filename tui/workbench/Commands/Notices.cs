using System.CommandLine;

namespace MiniLambda.Workbench.Commands;

/// <summary>Remarks for a person who watches: to stderr, and only on a terminal.</summary>
public sealed class Notices(Terminal terminal, bool quiet)
{
    public static Notices For(ParseResult parsed, GlobalOptions global, Terminal terminal) => new(terminal, parsed.GetValue(global.Quiet));

    public void Say(string text)
    {
        if (!quiet && terminal.IsErrorTerminal)
            terminal.Error.WriteLine(text);
    }
}
