using System.Text;
using MiniLambda.Workbench.Screens;

namespace MiniLambda.Workbench.Commands.Screen;

/// <summary>Runs a command line in this process against one cluster, and keeps what it prints.</summary>
internal static class CapturedCommand
{
    /// <summary>What is kept of one stream; the rest is counted.</summary>
    private const int MaxBytes = 4 << 20;

    public static async Task<CommandOutcome> RunAsync(
        IReadOnlyList<string> args, byte[]? input, ClusterTarget target, CommandTerminal outer, CancellationToken cancellationToken)
    {
        await using var output = new BoundedStream(MaxBytes);
        await using var error = new BoundedStream(MaxBytes);
        var terminal = new CommandTerminal
        {
            Out = Writer(output),
            Error = Writer(error),
            OutStream = output,
            ErrorStream = error,
            OpenInput = () => new MemoryStream(input ?? []),
            HasInput = input is not null,
            Variable = name => name switch
            {
                "MINILAMBDA_SERVER" => target.Server.ToString(),
                "MINILAMBDA_TOKEN" => target.Token,
                _ => outer.Variable(name),
            },
        };
        var code = await CommandLine.RunWithinAsync([.. args], terminal, cancellationToken);
        return new CommandOutcome(code, output.Text(), error.Text());
    }

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" });

    private sealed class BoundedStream(int max) : MemoryStream
    {
        private long _dropped;

        // The other ways to write come here too, as this is a stream of its own kind.
        public override void Write(byte[] buffer, int offset, int count)
        {
            var kept = (int)Math.Min(count, max - Length);
            base.Write(buffer, offset, kept);
            _dropped += count - kept;
        }

        public string Text() => Encoding.UTF8.GetString(GetBuffer().AsSpan(0, (int)Length)) + (_dropped > 0 ? $"\n… {_dropped} more bytes" : "");
    }
}
