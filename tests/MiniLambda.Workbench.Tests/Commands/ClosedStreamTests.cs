using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands;

/// <summary>Streams that give nothing and take nothing.</summary>
public sealed class ClosedStreamTests
{
    [Theory]
    [InlineData("nope", 2)]
    [InlineData("run none.wasm", 125)]
    public async Task Where_stderr_cannot_be_written_to_the_exit_code_tells(string line, int code) =>
        Assert.Equal(code, await CommandLine.RunAsync(line.Split(' '), CommandTerminal(new StreamWriter(new FullStream()) { AutoFlush = true })));

    [Fact]
    public async Task An_input_that_never_ends_does_not_hold_up_who_gives_up()
    {
        using var stop = new CancellationTokenSource();
        var invoking = CommandTree.Create(new GlobalOptions(), CommandTerminal(TextWriter.Null)).Parse(["invoke", "nobody", "--input", "-"])
            .InvokeAsync(new() { EnableDefaultExceptionHandler = false }, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invoking.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static CommandTerminal CommandTerminal(TextWriter error) => new()
    {
        Out = TextWriter.Null,
        Error = error,
        OutStream = Stream.Null,
        ErrorStream = Stream.Null,
        OpenInput = () => new DeafStream(),
        Variable = name => name == "MINILAMBDA_SERVER" ? "http://127.0.0.1:1" : null,
    };

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            throw new IOException("No space left on device");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device");
    }

    /// <summary>Reads like a terminal's: never done, and not to be cancelled.</summary>
    private sealed class DeafStream : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }
}
