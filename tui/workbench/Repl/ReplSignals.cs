using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Repl;

/// <summary>
/// What the session does about signals. A command that runs hears of them by itself and ends; the session decides whether it goes on: after Ctrl-C a
/// script ends, and a person gets the prompt back.
/// </summary>
internal sealed class ReplSignals : IDisposable
{
    private const int FirstCode = 128; // What a shell adds to the number of a signal that ended a program.

    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenSource _end = new();
    private CancellationTokenSource _work = new();

    public ReplSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Take(c, FirstCode + 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => End(c, FirstCode + 15)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => End(c, FirstCode + 1)),
    ];

    /// <summary>Cancelled by any of them: for the line or the script that runs now.</summary>
    public CancellationToken Work => _work.Token;

    /// <summary>Cancelled when the session is to end.</summary>
    public CancellationToken Ended => _end.Token;

    /// <summary>The exit code for the last signal.</summary>
    public int Code { get; private set; }

    /// <summary>Makes <see cref="Work"/> anew, for the next line.</summary>
    public void Renew()
    {
        if (_work.IsCancellationRequested && !_end.IsCancellationRequested)
            _work = new CancellationTokenSource();
    }

    // The sources are left to the collector: a handler may still run after its registration has gone, and without timers they hold nothing.
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Take(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        Code = code;
        _work.Cancel();
    }

    private void End(PosixSignalContext context, int code)
    {
        Take(context, code);
        _end.Cancel();
    }
}
