using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Streams;
using MiniLambda.Workbench.Repl.Editing;
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
        var file = HistoryFile.Usual(terminal);
        var history = new History(Read(file, terminal));
        await using var prompt = new LinePrompt(modes, history, session, options, terminal, clock);
        while (!session.IsLeaving && !signals.Ended.IsCancellationRequested)
        {
            if (await prompt.ReadAsync(signals.Ended) is not { } line)
                break;
            Keep(line, history, file);
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

    private static IReadOnlyList<string> Read(HistoryFile file, CommandTerminal terminal)
    {
        try
        {
            return file.Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"what was typed before cannot be read from {file.Location}: {e.Message}");
            return [];
        }
    }

    private static void Keep(string line, History history, HistoryFile file)
    {
        if (KeptLine.Of(line) is not { } kept || !history.Add(kept))
            return;
        try
        {
            file.Append(kept);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is there for this session; nobody wants to hear of it after every line.
        }
    }
}
