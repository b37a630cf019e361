namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>
/// Keys as they are pressed, and not shown, until this is disposed. Ctrl-C and Ctrl-Z stay what they are. Waits in steps, so that no key is taken from
/// what reads the terminal afterwards.
/// </summary>
public sealed class TerminalKeys : IDisposable
{
    private const int StepMilliseconds = 100;

    private readonly Action<char> _pressed;
    private readonly TerminalModes _modes;
    private readonly Thread _reading;
    private volatile bool _isOver;

    private TerminalKeys(TerminalModes modes, Action<char> pressed)
    {
        (_modes, _pressed) = (modes, pressed);
        Resume();
        _reading = new Thread(Read) { IsBackground = true, Name = "keys" };
        _reading.Start();
    }

    /// <summary>Tells of each key; null where stdin is no terminal.</summary>
    public static TerminalKeys? Watch(Action<char> pressed) => TerminalModes.Open() is { } modes ? new TerminalKeys(modes, pressed) : null;

    /// <summary>Gives the terminal back as it was, for a while.</summary>
    public void Suspend() => _modes.GiveBack();

    public void Resume() => _modes.TakeKeys();

    public void Dispose()
    {
        _isOver = true;
        _reading.Join();
        _modes.Dispose();
    }

    private void Read()
    {
        Span<byte> key = stackalloc byte[1];
        while (!_isOver)
        {
            if (!TerminalInput.Wait(StepMilliseconds) || _isOver)
                continue;
            if (TerminalInput.Read(key) == 0)
                return;
            _pressed((char)key[0]);
        }
    }
}
