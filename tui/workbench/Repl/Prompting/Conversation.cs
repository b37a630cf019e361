using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Streams;
using MiniLambda.Workbench.Repl.Language;
using MiniLambda.Workbench.Repl.Tty;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>A session with a person: a line is edited, run, and the next one asked for.</summary>
internal static class Conversation
{
    /// <summary>Whether a line can be edited: there is a terminal on both sides, and it can move its cursor.</summary>
    public static bool IsPossible(CommandTerminal terminal) =>
        terminal is { IsInputTerminal: true, IsOutTerminal: true } && !OperatingSystem.IsWindows() && terminal.Variable("TERM") is not (null or "dumb");

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ReplOptions options, CommandTerminal terminal, ReplSignals signals, TimeProvider clock)
    {
        using var modes = TerminalModes.Open() ?? throw new IOException("the terminal cannot be set up");
        var input = new CommandInput();
        using var session = new ReplSession(terminal with { OpenInput = () => input }, options, clock);
        var history = KeptHistory.Of(HistoryFile.Usual(terminal), terminal.Error.WriteLine);
        await using var prompt = new LinePrompt(modes, history.Lines, session, options, terminal, clock);
        while (!session.IsLeaving && !signals.Ended.IsCancellationRequested)
        {
            if (await prompt.ReadAsync(signals.Ended) is not { } line)
                break;
            history.Keep(line);
            input = new CommandInput();
            signals.Renew();
            await RunAsync(line, session, signals);
            input.End();
        }

        return signals.Ended.IsCancellationRequested ? signals.Code : session.LastCode;
    }

    /// <summary>Runs what was typed: one statement, or more when they were pasted.</summary>
    private static async Task RunAsync(string line, ReplSession session, ReplSignals signals)
    {
        using var reader = new StringReader(line);
        var source = new ScriptSource("", reader);
        while (!session.IsLeaving && !signals.Work.IsCancellationRequested)
        {
            if (await source.ReadAsync(CancellationToken.None) is not { } statement)
                return;
            try
            {
                if (statement.Problem.Length > 0)
                    session.Fail("", statement.Problem);
                else
                    await session.ExecuteAsync(statement.Words, "", signals.Work);
            }
            catch (OperationCanceledException) when (signals.Work.IsCancellationRequested)
            {
                session.Interrupted();
                return;
            }
        }
    }
}
