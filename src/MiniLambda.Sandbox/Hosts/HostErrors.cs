using System.Text;
using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Text;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>
/// Passes on what a host says on stderr, which is the runtime's last words or nothing, as lines of this program's log. A guest that broke out writes what
/// it likes: only so much of it is read in a second, held in memory, and told.
/// </summary>
internal sealed partial class HostErrors(int process, Stream stream, TimeProvider clock, ILogger logger)
{
    /// <summary>Lines that are told of one host, ever.</summary>
    public const int MaxLines = 1000;

    /// <summary>Lines that are told in one second.</summary>
    public const int MaxLinesPerSecond = 50;

    /// <summary>What is read in one second, in bytes; a host that says more waits.</summary>
    private const int MaxBytesPerSecond = 256 << 10;

    /// <summary>Kept of one line, in bytes; the rest of it is passed over.</summary>
    private const int MaxLineBytes = 4 * Printable.MaxLineLength;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly byte[] _line = new byte[MaxLineBytes];
    private int _length;
    private int _lines;
    private int _linesInWindow;

    /// <summary>Ends with the stream, however that ends.</summary>
    public async Task RelayAsync()
    {
        var buffer = new byte[4 << 10];
        var (begun, bytes) = (clock.GetTimestamp(), 0);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
            {
                Take(buffer.AsSpan(0, read));
                bytes += read;
                if (bytes > MaxBytesPerSecond && Window - clock.GetElapsedTime(begun) is var rest && rest > TimeSpan.Zero)
                    await Task.Delay(rest, clock);
                if (clock.GetElapsedTime(begun) >= Window)
                    (begun, bytes, _linesInWindow) = (clock.GetTimestamp(), 0, 0);
            }

            EndLine();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Nobody is left to listen to.
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            if (one == '\n')
                EndLine();
            else if (_length < MaxLineBytes)
                _line[_length++] = one;
        }
    }

    private void EndLine()
    {
        var text = Encoding.UTF8.GetString(_line, 0, _length);
        _length = 0;
        if (string.IsNullOrWhiteSpace(text) || _lines >= MaxLines || _linesInWindow >= MaxLinesPerSecond)
            return;
        _linesInWindow++;
        LogSaid(process, Printable.Line(text, Printable.MaxLineLength));
        if (++_lines == MaxLines || _linesInWindow == MaxLinesPerSecond)
            LogSaysTooMuch(process);
    }

    [LoggerMessage(4401, LogLevel.Warning, "sandbox host {Process}: {Line}")]
    private partial void LogSaid(int process, string line);

    [LoggerMessage(4402, LogLevel.Warning, "sandbox host {Process} says too much: lines of it are left out")]
    private partial void LogSaysTooMuch(int process);
}
