using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>A sandbox host as its parent sees it. One thread at a time gives it an order and reads the answer; any thread may end it.</summary>
internal sealed partial class HostProcess : IDisposable
{
    /// <summary>How long a host may take to be ready: .NET's start and the compiling of its own code, on a busy small machine.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly Stream _down;
    private readonly Stream _up;
    private readonly Stream _errors;
    private readonly FramePipe _pipe;
    private readonly ILogger _logger;
    private volatile string? _problem;

    private HostProcess(Process process, int modules, ILogger logger)
    {
        _process = process;
        _logger = logger;
        (_down, _up, _errors) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream, process.StandardError.BaseStream);
        _pipe = new FramePipe(_up, _down);
        Id = process.Id;
        Seen = new SeenModules(modules);
        _ = new HostErrors(Id, _errors, TimeProvider.System, logger).RelayAsync();
    }

    /// <summary>The system's process id.</summary>
    public int Id { get; }

    /// <summary>What is in force of the walls around it.</summary>
    public IReadOnlyList<Wall> Walls { get; private set; } = [];

    /// <summary>Modules that it was given; it may have dropped some since.</summary>
    public SeenModules Seen { get; }

    /// <summary>Starts a host and waits until it is ready. On Linux the host dies with the calling thread, which therefore must live as long.</summary>
    /// <exception cref="IOException">It cannot be started, or ends before it is ready.</exception>
    public static HostProcess Start(HostCommand command, HostSpec spec, ILogger logger)
    {
        Process process;
        try
        {
            process = Process.Start(command.StartInfo(spec.Walls.Network, spec.HeapBytes)) ?? throw new IOException("the system did not start it");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new IOException($"the sandbox host {command.File} cannot be started: {e.Message}", e);
        }

        var host = new HostProcess(process, spec.LoadedModules, logger);
        try
        {
            using var late = new Timer(static host => ((HostProcess)host!).Kill(), host, StartTimeout, Timeout.InfiniteTimeSpan);
            if (!host.TrySend(FrameKind.Configure, HostMessages.Write(spec)) || host.Read() is not (FrameKind.Ready, var body))
                throw new IOException($"the sandbox host {command.File} ended before it was ready ({host.DescribeEnd()})");
            host.Walls = HostMessages.ReadWalls(body);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>False when the host is gone; then it did not get the frame.</summary>
    public bool TrySend(FrameKind kind, ReadOnlySpan<byte> body)
    {
        try
        {
            _pipe.Write(kind, body);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Calls back once when the process has ended, also when it has already; not after it was disposed.</summary>
    public void WhenEnded(Action<HostProcess> action)
    {
        try
        {
            _process.Exited += (_, _) => action(this);
            _process.EnableRaisingEvents = true;
        }
        catch (InvalidOperationException)
        {
            // It was disposed in this moment.
        }
    }

    /// <summary>The next frame; null when the host is gone.</summary>
    public (FrameKind Kind, ReadOnlyMemory<byte> Body)? Read()
    {
        try
        {
            return _pipe.Read();
        }
        catch (InvalidDataException e)
        {
            Reject(e.Message);
            return null;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Ends a host that does not speak as hosts do: whatever else it says is not to be believed.</summary>
    /// <param name="problem">What it said.</param>
    public void Reject(string problem)
    {
        _problem ??= $"it was ended because it sent {problem}";
        LogRejected(Id, problem);
        Kill();
    }

    /// <summary>Ends the process at once.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }

    /// <summary>How a host that is gone came to its end, in a few words.</summary>
    public string DescribeEnd()
    {
        if (_problem is { } problem)
            return problem;
        try
        {
            // A process whose pipe has closed is on its way out.
            if (!_process.WaitForExit(EndTimeout))
                return "it hung up";
            return _process.ExitCode > 128 ? $"signal {_process.ExitCode - 128}" : $"exit code {_process.ExitCode}";
        }
        catch (InvalidOperationException)
        {
            return "the sandbox was closed";
        }
    }

    /// <summary>Ends the process, and waits until it is gone.</summary>
    public void End()
    {
        Kill();
        try
        {
            _process.WaitForExit(EndTimeout);
        }
        catch (InvalidOperationException)
        {
            // It was disposed in this moment.
        }

        Dispose();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        // The process does not close what somebody has had in hand.
        _down.Dispose();
        _up.Dispose();
        _errors.Dispose();
    }

    [LoggerMessage(4403, LogLevel.Error, "sandbox host {Process} is ended: it sent {Problem}")]
    private partial void LogRejected(int process, string problem);
}
