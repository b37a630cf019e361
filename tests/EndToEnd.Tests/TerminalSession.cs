using System.Diagnostics;

namespace MiniLambda.EndToEnd;

/// <summary>A real terminal with a shell in it, by tmux: keys go in, the screen is read. Disposing ends it with all that runs there.</summary>
internal sealed class TerminalSession : IAsyncDisposable
{
    private const string Prompt = "ready> ";

    private readonly string _socket = $"minilambda-{Guid.NewGuid():N}";

    private TerminalSession()
    {
    }

    /// <param name="variables">Of the shell, and so of the programs that are run in it.</param>
    public static async Task<TerminalSession> StartAsync(int columns, int rows, IReadOnlyDictionary<string, string> variables)
    {
        var session = new TerminalSession();
        var environment = variables.SelectMany(v => new[] { "-e", $"{v.Key}={v.Value}" });
        await session.TmuxAsync(["-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", .. environment, "bash --norc --noprofile"]);
        await session.TypeAsync($"PS1='{Prompt}'; clear");
        await session.UntilAsync(screen => screen.StartsWith(Prompt.Trim(), StringComparison.Ordinal), "the shell's prompt");
        return session;
    }

    /// <summary>Types a line and presses Enter.</summary>
    public async Task TypeAsync(string line)
    {
        await TmuxAsync("send-keys", "-l", line);
        await TmuxAsync("send-keys", "Enter");
    }

    /// <param name="key">As tmux names it: <c>C-c</c>, <c>q</c>.</param>
    public Task PressAsync(string key) => TmuxAsync("send-keys", key);

    public Task ResizeAsync(int columns, int rows) => TmuxAsync("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>The lines that are seen.</summary>
    public Task<string> ScreenAsync() => TmuxAsync("capture-pane", "-p");

    public async Task<bool> IsCursorSeenAsync() => (await TmuxAsync("display-message", "-p", "#{cursor_flag}")).Trim() == "1";

    /// <summary>Whether a program shows its own screen in place of the shell's.</summary>
    public async Task<bool> IsSecondScreenAsync() => (await TmuxAsync("display-message", "-p", "#{alternate_on}")).Trim() == "1";

    /// <summary>Looks again and again until the screen is so.</summary>
    public async Task<string> UntilAsync(Func<string, bool> reached, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var screen = await ScreenAsync();
            if (reached(screen))
                return screen;
            Assert.False(limit.IsCancellationRequested, $"{what} was not seen; the screen is:\n{screen}");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync() => await TmuxAsync("kill-server");

    private async Task<string> TmuxAsync(params string[] args)
    {
        using var tmux = Process.Start(new ProcessStartInfo("tmux", ["-L", _socket, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (tmux.StandardOutput.ReadToEndAsync(), tmux.StandardError.ReadToEndAsync());
        await tmux.WaitForExitAsync();
        Assert.True(tmux.ExitCode == 0, $"tmux {string.Join(' ', args)}: {await error}");
        return await output;
    }
}
