using System.CommandLine;
using System.CommandLine.Invocation;
using MiniLambda.Client;
using MiniLambda.Domain.Text;
using MiniLambda.Hosting;
using MiniLambda.Workbench.Commands.Screen;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Commands;

/// <summary>Runs one command line and turns whatever goes wrong into a line on stderr and an exit code.</summary>
public static class CommandLine
{
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(10);

    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, CommandTerminal terminal) =>
        RunAsync(Meant(args, terminal), terminal, TerminationTimeout, CancellationToken.None);

    /// <summary>Runs a command line within a program that goes on after it: signals are that program's.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunWithinAsync(string[] args, CommandTerminal terminal, CancellationToken cancellationToken) =>
        RunAsync(args, terminal, null, cancellationToken);

    private static async Task<int> RunAsync(string[] args, CommandTerminal terminal, TimeSpan? terminationTimeout, CancellationToken cancellationToken)
    {
        var (parsed, global) = Parse(args, terminal);
        if (IsWrong(parsed))
        {
            await TellAsync(terminal, UsageErrors.Of(parsed));
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    Output = terminal.Out,
                    Error = terminal.Error,
                    // The workbench and the REPL outlive the Ctrl-C that is meant for what runs in them, and put their terminal right at the end.
                    ProcessTerminationTimeout = parsed.CommandResult.Command.Name is WorkbenchCommand.Name or ReplCommand.Name ? null : terminationTimeout,
                },
                cancellationToken);
        }
        catch (Exception e)
        {
            terminal.Progress.Erase();
            var (code, message) = Explain(e, GlobalOptions.RunsGuest(parsed));
            if (e is ApiException { IsUnreachable: true } && global.IsLocal(parsed, terminal))
                message += "; is 'minilambda up' running?";
            if (parsed.GetValue(global.Verbose) && e is not (CommandException or OperationCanceledException or ReaderGoneException))
                message += $"\n{e}";
            await TellAsync(terminal, message.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.TrimEnd('\r')));
            return code;
        }
    }

    /// <summary>What opens when nothing is named: for a person the workbench, for a pipe the REPL, which runs it as a script.</summary>
    public static string[] Meant(string[] args, CommandTerminal terminal) =>
        args.Length > 0 ? args : terminal is { IsInputTerminal: true, IsOutTerminal: true } ? [WorkbenchCommand.Name] : [ReplCommand.Name];

    /// <summary>Reads a command line, also one that is wrong.</summary>
    internal static (ParseResult Parsed, GlobalOptions Global) Parse(string[] args, CommandTerminal terminal)
    {
        var global = new GlobalOptions();
        // '@file' is an argument like any other: nothing is read from a file that was not meant.
        return (CommandTree.Create(global, terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }), global);
    }

    /// <summary>Whether <see cref="UsageErrors"/> has something to say.</summary>
    // Help for what is not there would be that of something else.
    internal static bool IsWrong(ParseResult parsed) => parsed.Action is ParseErrorAction || UsageErrors.IsUnknown(parsed)
        || UsageErrors.MistypedFlags(parsed).Any();

    private static async Task TellAsync(CommandTerminal terminal, IEnumerable<string> lines)
    {
        try
        {
            foreach (var line in lines)
                await terminal.Error.WriteLineAsync(Printable.Line(line));
        }
        catch (IOException)
        {
            // Where stderr cannot be written to, the exit code is all that can be told.
        }
    }

    private static (int Code, string Message) Explain(Exception e, bool runsGuest) => e switch
    {
        CommandException failure => (failure.ExitCode, Lines(failure.Message)),
        ApiException refused => (ExitCodes.Of(refused, runsGuest), Lines(refused.Message)),
        OperationCanceledException => (ExitCodes.Interrupted, ""),
        ReaderGoneException => (ExitCodes.ReaderGone, ""),
        ConfigurationException => (ExitCodes.Usage, Lines(e.Message)),
        FileNotFoundException when WorkingFolder.IsGone() => (ExitCodes.Failed, Lines(WorkingFolder.GoneMessage)),
        IOException or UnauthorizedAccessException or FormatException => (ExitCodes.Failed, Lines(e.Message)),
        _ => (ExitCodes.Failed, $"error: {e.GetType().Name}: {e.Message.Split('\n')[0]} (--verbose tells where)"),
    };

    private static string Lines(string message) => message.Length == 0 ? "" : "error: " + message.ReplaceLineEndings("\nerror: ");
}
