using System.Diagnostics;
using System.Globalization;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>A program in a terminal of 120×40 that nobody looks at.</summary>
internal sealed class TmuxScreen : IAsyncDisposable
{
    private readonly string _socket = $"minilambda-{Guid.NewGuid():N}";
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("minilambda-screen-");
    private Process _program = null!;

    public TimeSpan CpuTime
    {
        get
        {
            _program.Refresh();
            return _program.TotalProcessorTime;
        }
    }

    /// <summary>Physical memory, in bytes.</summary>
    public long Memory
    {
        get
        {
            _program.Refresh();
            return _program.WorkingSet64;
        }
    }

    public static async Task<TmuxScreen> StartAsync(string program, Uri server, string token, CancellationToken stop)
    {
        var screen = new TmuxScreen();
        await screen.TmuxAsync(
            ["new-session", "-d", "-x", "120", "-y", "40", "-e", $"HOME={screen._home.FullName}", "-e", $"MINILAMBDA_SERVER={server}", "-e", $"MINILAMBDA_TOKEN={token}", $"exec {program}"],
            stop);
        var id = await screen.TmuxAsync(["display-message", "-p", "#{pane_pid}"], stop);
        screen._program = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        return screen;
    }

    /// <summary>Presses a key and looks until a text is shown, or is not any more.</summary>
    public async Task PressAsync(string key, string text, bool isShown, CancellationToken stop)
    {
        await TmuxAsync(["send-keys", key], stop);
        await UntilAsync(text, isShown, stop);
    }

    /// <summary>Looks until a text is shown, or is not any more.</summary>
    public async Task UntilAsync(string text, bool isShown, CancellationToken stop)
    {
        while ((await TmuxAsync(["capture-pane", "-p"], stop)).Contains(text, StringComparison.Ordinal) != isShown)
            stop.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        await TmuxAsync(["kill-server"], CancellationToken.None);
        _program.Dispose();
        _home.Delete(recursive: true);
    }

    private async Task<string> TmuxAsync(IEnumerable<string> args, CancellationToken stop)
    {
        using var tmux = Process.Start(new ProcessStartInfo("tmux", ["-L", _socket, "-f", "/dev/null", .. args]) { RedirectStandardOutput = true })!;
        var output = await tmux.StandardOutput.ReadToEndAsync(stop);
        await tmux.WaitForExitAsync(stop);
        return output;
    }
}
