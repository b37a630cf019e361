using System.Diagnostics;

namespace MiniLambda.EndToEnd.Repl;

/// <summary>A real terminal: one pane of a tmux server of its own, in which a program runs.</summary>
internal sealed class TmuxPane : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _socket;
    private readonly string _folder;

    private TmuxPane(string folder, string socket) => (_folder, _socket) = (folder, socket);

    /// <param name="folder">Where the program runs.</param>
    /// <param name="command">A line for the shell.</param>
    public static async Task<TmuxPane> StartAsync(string folder, string command, IReadOnlyDictionary<string, string> variables, int columns = 100, int rows = 30)
    {
        var pane = new TmuxPane(folder, Path.Combine(folder, $"tmux-{Guid.NewGuid():N}"[..12]));
        // The server that this starts has them from its client.
        await pane.TmuxAsync(["-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", command], variables);
        return pane;
    }

    /// <summary>Types a text, and then presses keys by tmux's names for them.</summary>
    public async Task TypeAsync(string text, params string[] keys)
    {
        if (text.Length > 0)
            await TmuxAsync(["send-keys", "-l", "--", text]);
        if (keys.Length > 0)
            await TmuxAsync(["send-keys", .. keys]);
    }

    public Task ResizeAsync(int columns, int rows) => TmuxAsync(["resize-window", "-x", $"{columns}", "-y", $"{rows}"]);

    /// <summary>What is on the screen.</summary>
    public Task<string> ScreenAsync() => TmuxAsync(["capture-pane", "-p"]);

    /// <summary>The process that runs in the pane.</summary>
    public async Task<int> ProcessIdAsync() => int.Parse(await TmuxAsync(["display-message", "-p", "#{pane_pid}"]), null);

    /// <summary>Waits until a text is on the screen; returns the screen.</summary>
    public Task<string> UntilAsync(string text) => UntilAsync(screen => screen.Contains(text, StringComparison.Ordinal), text);

    /// <summary>Waits until the screen is as asked for; returns it.</summary>
    public async Task<string> UntilAsync(Func<string, bool> reached, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var screen = await ScreenAsync();
            if (reached(screen))
                return screen;
            Assert.False(limit.IsCancellationRequested, $"'{what}' did not come up on the screen:\n{screen}");
            await Task.Delay(30, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync() => await TmuxAsync(["kill-server"], isNeeded: false);

    private async Task<string> TmuxAsync(IEnumerable<string> args, IReadOnlyDictionary<string, string>? variables = null, bool isNeeded = true)
    {
        var program = new ProcessStartInfo("tmux", ["-S", _socket, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
            Environment = { ["TMUX"] = null, ["MINILAMBDA_TOKEN"] = null, ["MINILAMBDA_SERVER"] = null, ["NO_COLOR"] = null, ["LC_ALL"] = "C.UTF-8" },
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            program.Environment[name] = value;
        using var process = Process.Start(program)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(process.ExitCode == 0 || !isNeeded, await error);
        return await output;
    }
}
