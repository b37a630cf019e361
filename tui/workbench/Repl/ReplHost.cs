using System.Text;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Repl.Language;
using MiniLambda.Workbench.Repl.Prompting;

namespace MiniLambda.Workbench.Repl;

/// <summary>Runs a session: with a person at a terminal, or with a script.</summary>
internal static class ReplHost
{
    /// <param name="file">The script; null for stdin, or for a person when there is one.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string? file, ReplOptions options, CommandTerminal terminal, TimeProvider clock)
    {
        using var signals = new ReplSignals();
        try
        {
            if (file is null && Conversation.IsPossible(terminal))
                return await Conversation.RunAsync(options, terminal, signals, clock);
            return file is null or "-"
                ? await RunInputAsync(options, terminal, signals, clock)
                : await RunFileAsync(file, options, terminal, signals, clock);
        }
        catch (OperationCanceledException) when (signals.Work.IsCancellationRequested)
        {
            return signals.Code;
        }
    }

    private static async Task<int> RunInputAsync(ReplOptions options, CommandTerminal terminal, ReplSignals signals, TimeProvider clock)
    {
        if (!terminal.HasInput)
            return ExitCodes.Done;
        // What is left of the script is not for its commands.
        using var session = new ReplSession(
            terminal with { OpenInput = static () => new MemoryStream(), HasInput = false, IsInputTerminal = false }, options, clock);
        using var reader = new StreamReader(terminal.OpenInput(), Encoding.UTF8);
        return await session.Scripts.RunAsync(new ScriptSource("stdin", reader), signals.Work);
    }

    private static async Task<int> RunFileAsync(string file, ReplOptions options, CommandTerminal terminal, ReplSignals signals, TimeProvider clock)
    {
        using var session = new ReplSession(terminal, options, clock);
        return await session.Scripts.RunFileAsync(file, "", signals.Work);
    }
}
