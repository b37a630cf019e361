using System.Buffers;
using System.Text;

namespace MiniLambda.Sandbox.Tests;

/// <summary>Keeps what a guest wrote; a test may act on the moment it starts or writes.</summary>
internal sealed class CapturedOutput : IGuestOutput
{
    private readonly ArrayBufferWriter<byte> _stdout = new();
    private readonly ArrayBufferWriter<byte> _stderr = new();

    public Action OnStarted { get; init; } = () => { };

    public Action OnStdout { get; init; } = () => { };

    public bool HasStarted { get; private set; }

    public byte[] StdoutBytes => _stdout.WrittenSpan.ToArray();

    public string StdoutText => Encoding.UTF8.GetString(_stdout.WrittenSpan);

    public byte[] StderrBytes => _stderr.WrittenSpan.ToArray();

    public void Started()
    {
        HasStarted = true;
        OnStarted();
    }

    public void Stdout(ReadOnlySpan<byte> data)
    {
        OnStdout();
        _stdout.Write(data);
    }

    public void Stderr(ReadOnlySpan<byte> data) => _stderr.Write(data);
}
