using System.Diagnostics;
using System.Text;

namespace MiniLambda.EndToEnd;

/// <summary>A daemon as a real process. Disposing kills it.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Daemon(ProcessStartInfo program)
    {
        _process = new Process { StartInfo = program };
        _process.OutputDataReceived += (_, line) => { if (line.Data is { } text) _ready.TrySetResult(text); };
        _process.ErrorDataReceived += (_, line) => { lock (_log) _log.AppendLine(line.Data); };
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its first line on stdout: the URL or the worker's name.</summary>
    public string ReadyLine { get; private set; } = "";

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    public int Id => _process.Id;

    /// <summary>Starts a daemon and waits until it says that it can serve.</summary>
    public static async Task<Daemon> StartAsync(ProcessStartInfo program)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var daemon = new Daemon(program);
            var exited = daemon._process.WaitForExitAsync();
            if (await Task.WhenAny(daemon._ready.Task, exited, Task.Delay(Limit, CancellationToken.None)) == daemon._ready.Task)
            {
                daemon.ReadyLine = await daemon._ready.Task;
                return daemon;
            }

            await daemon.DisposeAsync();
            // A port that it had before may be somebody's end of a connection for a moment.
            Assert.True(
                daemon.Log.Contains("address already in use", StringComparison.OrdinalIgnoreCase) && !limit.IsCancellationRequested,
                $"{string.Join(' ', program.ArgumentList)} did not become ready:\n{daemon.Log}");
            await Task.Delay(200, CancellationToken.None);
        }
    }

    /// <summary><c>kill -9</c></summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: the process stands still, its connections stay open.</summary>
    public void Suspend() => ProcessSignal.Stop.SendTo(Id);

    /// <summary>SIGCONT</summary>
    public void Continue() => ProcessSignal.Continue.SendTo(Id);

    /// <summary>Waits until it ends by itself; returns its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM; returns the exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync()
    {
        var watch = Stopwatch.StartNew();
        ProcessSignal.Terminate.SendTo(Id);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return (_process.ExitCode, watch.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
