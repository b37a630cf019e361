using System.CommandLine;
using System.CommandLine.Invocation;
using MiniLambda.Client;

namespace MiniLambda.Workbench.Commands;

/// <summary>Runs one command line and turns whatever goes wrong into a line on stderr and an exit code.</summary>
public static class CommandLine
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var global = new GlobalOptions();
        var root = CommandTree.Create(global, terminal);
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
                await terminal.Error.WriteLineAsync($"error: {error.Message}");
            await terminal.Error.WriteLineAsync("try: minilambda --help");
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false, Output = terminal.Out, Error = terminal.Error, ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
            });
        }
        catch (Exception e)
        {
            var (code, message) = Explain(e, GlobalOptions.RunsGuest(parsed));
            if (parsed.GetValue(global.Verbose) && e is not CommandException)
                message = e.ToString();
            if (message.Length > 0)
                await terminal.Error.WriteLineAsync(message);
            return code;
        }
    }

    private static (int Code, string Message) Explain(Exception e, bool runsGuest) => e switch
    {
        CommandException failure => (failure.ExitCode, Lines(failure.Message)),
        ApiException refused => (ExitCodes.Of(refused, runsGuest), Lines(refused.Message)),
        OperationCanceledException => (ExitCodes.Interrupted, ""),
        IOException or UnauthorizedAccessException or FormatException => (ExitCodes.Failed, Lines(e.Message)),
        _ => (ExitCodes.Failed, $"error: {e.GetType().Name}: {e.Message.Split('\n')[0]} (--verbose tells where)"),
    };

    private static string Lines(string message) => message.Length == 0 ? "" : "error: " + message.ReplaceLineEndings("\nerror: ");
}
