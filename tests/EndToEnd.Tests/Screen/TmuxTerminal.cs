using System.Diagnostics;

namespace MiniLambda.EndToEnd.Screen;

/// <summary>A real terminal: a tmux server of its own with one shell.</summary>
internal sealed class TmuxTerminal : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _socket = $"minilambda-{Environment.ProcessId}-{Guid.NewGuid():N}";
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("minilambda-tmux-");

    public TmuxTerminal(int width, int height, IReadOnlyDictionary<string, string> variables)
    {
        string[] pairs =
        [
            $"HOME={_home.FullName}", $"XDG_CONFIG_HOME={_home.FullName}/config", $"XDG_STATE_HOME={_home.FullName}/state", "PS1=ready> ", "LANG=C.UTF-8",
            .. variables.Select(v => $"{v.Key}={v.Value}"),
        ];
        Tmux(["-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}", "env", "-u", "NO_COLOR", .. pairs, "sh"]);
    }

    /// <summary>Where the program writes its process id.</summary>
    public string PidFile => Path.Combine(_home.FullName, "pid");

    public string Screen => Tmux(["capture-pane", "-p"]);

    /// <summary>Whether a full-screen program has the terminal.</summary>
    public bool IsTaken => Tmux(["display-message", "-p", "#{alternate_on}"]).Trim() == "1";

    public int Pid => int.Parse(File.ReadAllText(PidFile), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts a program, whose process id is then in <see cref="PidFile"/>.</summary>
    public void Start(ProcessStartInfo program)
    {
        var words = string.Join(' ', program.ArgumentList.Prepend(program.FileName).Select(w => $"'{w}'"));
        Type($"sh -c 'echo $$ > {PidFile}; exec \"$@\"' sh {words}");
        Press("Enter");
    }

    public void Type(string text) => Tmux(["send-keys", "-l", text]);

    /// <summary>Keys by tmux's names.</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    public void Resize(int width, int height) => Tmux(["resize-window", "-x", $"{width}", "-y", $"{height}"]);

    /// <summary>Closes it, as somebody closes a window.</summary>
    public void Close() => Tmux(["kill-server"]);

    public Task SeeAsync(string text) => UntilAsync(() => Screen.Contains(text, StringComparison.Ordinal), $"not seen: {text}");

    public Task MissAsync(string text) => UntilAsync(() => !Screen.Contains(text, StringComparison.Ordinal), $"still seen: {text}");

    public async Task UntilAsync(Func<bool> reached, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!reached())
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"{what}\n{Screen}");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        Tmux(["kill-server"], isFailureBorne: true);
        _home.Delete(recursive: true);
    }

    private string Tmux(string[] args, bool isFailureBorne = false)
    {
        var start = new ProcessStartInfo("tmux", ["-L", _socket, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TMUX");
        using var tmux = Process.Start(start)!;
        var output = tmux.StandardOutput.ReadToEnd();
        var error = tmux.StandardError.ReadToEnd();
        tmux.WaitForExit();
        Assert.True(tmux.ExitCode == 0 || isFailureBorne, $"tmux {string.Join(' ', args)}: {error}");
        return output;
    }
}
