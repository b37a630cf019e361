using System.Diagnostics;

namespace MiniLambda.EndToEnd.Terminals;

/// <summary>
/// A real terminal with a shell in it, by a tmux server of its own: keys go in, the screen is read. Disposing ends it with all that runs there.
/// What is waited for is on the screen: keys like Ctrl-R mean something else while no program reads them yet, so a prompt is waited for before them.
/// </summary>
internal sealed class TmuxTerminal : IAsyncDisposable
{
    private const string Prompt = "ready>";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly UserHome _home;
    private readonly string _socket;

    private TmuxTerminal(UserHome home) => (_home, _socket) = (home, home.At($"tmux-{Guid.NewGuid():N}"[..12]));

    public static Task<TmuxTerminal> StartAsync(UserHome home, int columns = 100, int rows = 30) => StartAsync(home, columns, rows, "bash", "--norc", "--noprofile");

    /// <param name="shell">How an interactive shell is started that takes its prompt from PS1.</param>
    public static async Task<TmuxTerminal> StartAsync(UserHome home, int columns, int rows, params string[] shell)
    {
        var terminal = new TmuxTerminal(home);
        // The server that this starts has its variables from its client.
        await terminal.TmuxAsync(["-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", "env", $"PS1={Prompt} ", .. shell]);
        try
        {
            await terminal.SeePromptAsync();
            return terminal;
        }
        catch
        {
            await terminal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Types a text, and then presses keys.</summary>
    public async Task TypeAsync(string text, params string[] keys)
    {
        await TmuxAsync(["send-keys", "-l", "--", text]);
        if (keys.Length > 0)
            await PressAsync(keys);
    }

    /// <summary>Types a line and presses Enter.</summary>
    public Task EnterAsync(string line) => TypeAsync(line, "Enter");

    /// <summary>Has the shell run a line on an empty screen, and say what it ended with.</summary>
    public async Task RunAsync(string line)
    {
        await EnterAsync("clear");
        await UntilAsync(static screen => screen.Trim() == Prompt, "an empty screen");
        await EnterAsync($"clear; {line}; echo ended with $?");
    }

    /// <param name="keys">By tmux's names: <c>C-c</c>, <c>Escape</c>, <c>q</c>.</param>
    public Task PressAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    public Task ResizeAsync(int columns, int rows) => TmuxAsync(["resize-window", "-x", $"{columns}", "-y", $"{rows}"]);

    /// <summary>Closes it with all that runs there, as somebody closes a window.</summary>
    public Task CloseAsync() => TmuxAsync(["kill-server"]);

    /// <summary>The lines that are seen; tmux leaves out blanks at their ends.</summary>
    public Task<string> ScreenAsync() => TmuxAsync(["capture-pane", "-p"]);

    public async Task<bool> IsCursorSeenAsync() => await AskAsync("cursor_flag") == "1";

    /// <summary>Whether a program shows its own screen in place of the shell's.</summary>
    public async Task<bool> IsSecondScreenAsync() => await AskAsync("alternate_on") == "1";

    /// <summary>Waits until a text is on the screen.</summary>
    public Task<string> SeeAsync(string text) => UntilAsync(screen => screen.Contains(text, StringComparison.Ordinal), $"'{text}'");

    /// <summary>Waits until a text is not on the screen.</summary>
    public Task<string> MissAsync(string text) => UntilAsync(screen => !screen.Contains(text, StringComparison.Ordinal), $"a screen without '{text}'");

    /// <summary>Waits until the last line is a prompt and nothing else.</summary>
    public Task<string> SeePromptAsync(string prompt = Prompt) => SeeLineAsync(prompt);

    /// <summary>Waits until the last line is this.</summary>
    public Task<string> SeeLineAsync(string line) => UntilAsync(screen => screen.TrimEnd().Split('\n')[^1].TrimEnd() == line, $"'{line}' as the last line");

    /// <summary>Looks again and again until the screen is so; returns it.</summary>
    public async Task<string> UntilAsync(Func<string, bool> reached, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var screen = await ScreenAsync();
            if (reached(screen))
                return screen;
            Assert.False(limit.IsCancellationRequested, $"{what} was not seen; the screen is:\n{screen}");
            await Task.Delay(30, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync() => await TmuxAsync(["kill-server"], isNeeded: false);

    private async Task<string> AskAsync(string format) => (await TmuxAsync(["display-message", "-p", $"#{{{format}}}"])).Trim();

    private async Task<string> TmuxAsync(string[] args, bool isNeeded = true)
    {
        var program = _home.Start("tmux", ["-u", "-S", _socket, .. args]);
        program.Environment["TMUX"] = null;
        using var tmux = Process.Start(program)!;
        tmux.StandardInput.Close();
        var (output, error) = (tmux.StandardOutput.ReadToEndAsync(), tmux.StandardError.ReadToEndAsync());
        await tmux.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(tmux.ExitCode == 0 || !isNeeded, $"tmux {string.Join(' ', args)}: {await error}");
        return await output;
    }
}
