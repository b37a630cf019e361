using System.Runtime.ExceptionServices;
using MiniLambda.Sandbox;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Run;

/// <summary>
/// Sends a guest's streams to the terminal's. What a person sees of stderr cannot steer the terminal; stdout is the guest's, byte for byte. A guest whose
/// output has nowhere to go is stopped: it may have no end of its own.
/// </summary>
internal sealed class GuestConsole(CommandTerminal terminal, CancellationTokenSource stop) : IGuestOutput
{
    private readonly LogPrinter _log = new(terminal.ErrorStream, terminal.IsErrorTerminal);
    private ExceptionDispatchInfo? _failure;

    public void Started()
    {
    }

    public void Stdout(ReadOnlySpan<byte> data) => Pass(data, bytes =>
    {
        terminal.OutStream.Write(bytes);
        terminal.OutStream.Flush();
    });

    public void Stderr(ReadOnlySpan<byte> data) => Pass(data, _log.Print);

    /// <summary>Nothing follows.</summary>
    /// <exception cref="IOException">Something of what the guest wrote could not be passed on.</exception>
    public void End()
    {
        _failure?.Throw();
        _log.End();
    }

    private void Pass(ReadOnlySpan<byte> data, Action<ReadOnlySpan<byte>> pass)
    {
        if (_failure is not null)
            return;
        try
        {
            pass(data);
        }
        catch (IOException e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            stop.Cancel();
        }
    }
}
