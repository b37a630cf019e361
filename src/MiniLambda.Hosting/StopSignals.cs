using System.Runtime.InteropServices;

namespace MiniLambda.Hosting;

/// <summary>Turns the first SIGTERM or SIGINT into a cancellation; a second one ends the process at once.</summary>
public sealed class StopSignals : IDisposable
{
    // Never disposed: a handler may still run after its registration has gone, and a source without a timer holds nothing.
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle), PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle)];

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested)
            Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        _stop.Cancel();
    }
}
