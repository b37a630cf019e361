using System.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Prints a log that comes in pieces: harmless for a person's terminal, byte for byte for everything else.</summary>
public sealed class LogPrinter(Stream target, bool isTerminal)
{
    /// <summary>The beginning of a character whose other bytes are in the next piece.</summary>
    private byte[] _begun = [];

    /// <summary>Prints a piece and flushes.</summary>
    public void Print(ReadOnlySpan<byte> piece)
    {
        if (isTerminal)
        {
            ReadOnlySpan<byte> whole = [.. _begun, .. piece];
            target.Write(Encoding.UTF8.GetBytes(LogText.Escape(whole, out var rest, isLast: false)));
            _begun = [.. whole[^rest..]];
        }
        else
        {
            target.Write(piece);
        }

        target.Flush();
    }

    /// <summary>Prints what was held back for a character that never became whole.</summary>
    public void End()
    {
        target.Write(Encoding.UTF8.GetBytes(LogText.Escape(_begun)));
        _begun = [];
        target.Flush();
    }
}
