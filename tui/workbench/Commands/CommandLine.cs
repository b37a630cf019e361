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
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args, CommandTerminal terminal) =>
        RunAsync(Meant(args, terminal), terminal, TimeSpan.FromSeconds(10), CancellationToken.None);

    /// <summary>Runs a command line within a program that goes on after it: signals are that program's.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunWithinAsync(string[] args, CommandTerminal terminal, CancellationToken cancellationToken) =>
        RunAsync(args, terminal, null, cancellationToken);

    /// <summary>What opens when nothing is named: for a person in a terminal, the workbench.</summary>
    private static string[] Meant(string[] args, CommandTerminal terminal) =>
        args.Length == 0 && terminal is { IsInputTerminal: true, IsOutTerminal: true } ? [WorkbenchCommand.Name] : args;

    private static async Task<int> RunAsync(string[] args, CommandTerminal terminal, TimeSpan? terminationTimeout, CancellationToken cancellationToken)
    {
        var global = new GlobalOptions();
        var root = CommandTree.Create(global, terminal);
        // '@file' is an argument like any other: nothing is read from a file that was not meant.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Help for what is not there would be that of something else.
        if (parsed.Action is ParseErrorAction || UsageErrors.IsUnknown(parsed))
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
                    // The workbench ends by its own keys, and puts its terminal right when a signal ends it.
                    ProcessTerminationTimeout = parsed.CommandResult.Command.Name == WorkbenchCommand.Name ? null : terminationTimeout,
                },
                cancellationToken);
        }
        catch (Exception e)
        {
            var (code, message) = Explain(e, GlobalOptions.RunsGuest(parsed));
            if (e is ApiException { IsUnreachable: true } && global.IsLocal(parsed, terminal))
                message += "; is 'minilambda up' running?";
            if (parsed.GetValue(global.Verbose) && e is not (CommandException or OperationCanceledException or ReaderGoneException))
                message += $"\n{e}";
            await TellAsync(terminal, message.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.TrimEnd('\r')));
            return code;
        }
    }

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
