using MiniLambda.Workbench.Screens.Logs;

namespace MiniLambda.Workbench.Screens.Json;

/// <summary>Bytes as text, decoded as logs are: whatever could steer a terminal, and what is no text, is made visible.</summary>
internal sealed class TextLines : IPayloadLines
{
    private readonly LogBuffer _lines = new(int.MaxValue, long.MaxValue);

    public TextLines(ReadOnlyMemory<byte> bytes)
    {
        _lines.Append(new LogPiece(default, new LogSource(1, ""), bytes));
        _lines.End();
    }

    public int Count => _lines.Count;

    public string this[int line] => _lines[line].Text;

    public bool IsContinuation(int line) => _lines[line].IsContinuation;
}
