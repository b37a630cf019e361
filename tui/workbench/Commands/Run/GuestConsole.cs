using MiniLambda.Sandbox;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Run;

/// <summary>Sends a guest's streams to the terminal's. What a person sees of stderr cannot steer the terminal; stdout is the guest's, byte for byte.</summary>
internal sealed class GuestConsole(Terminal terminal) : IGuestOutput
{
    private readonly LogPrinter _log = new(terminal.ErrorStream, terminal.IsErrorTerminal);

    public void Started()
    {
    }

    public void Stdout(ReadOnlySpan<byte> data)
    {
        terminal.OutStream.Write(data);
        terminal.OutStream.Flush();
    }

    public void Stderr(ReadOnlySpan<byte> data) => _log.Print(data);

    /// <summary>Nothing follows.</summary>
    public void End() => _log.End();
}
