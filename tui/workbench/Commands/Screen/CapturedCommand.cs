using System.Text;
using MiniLambda.Workbench.Screens;

namespace MiniLambda.Workbench.Commands.Screen;

/// <summary>Runs a command line in this process against one cluster, and keeps what it prints.</summary>
internal static class CapturedCommand
{
    /// <summary>What is kept of one stream; the rest is counted.</summary>
    private const int MaxBytes = 4 << 20;

    /// <param name="printed">Gets what it prints as it comes; null to keep it for the outcome.</param>
    public static async Task<CommandOutcome> RunAsync(
        IReadOnlyList<string> args, byte[]? input, PrintedLines? printed, ClusterTarget target, CommandTerminal outer, CancellationToken cancellationToken)
    {
        await using var output = new KeepingStream(MaxBytes, printed, isError: false);
        await using var error = new KeepingStream(MaxBytes, printed, isError: true);
        var terminal = new CommandTerminal
        {
            Out = Writer(output),
            Error = Writer(error),
            OutStream = output,
            ErrorStream = error,
            OpenInput = () => new MemoryStream(input ?? []),
            HasInput = input is not null,
            // A person has typed it: what is not done unasked at a terminal is not done here.
            IsInputTerminal = printed is not null,
            Variable = name => name switch
            {
                "MINILAMBDA_SERVER" => target.Server.ToString(),
                "MINILAMBDA_TOKEN" => target.Token,
                "MINILAMBDA_AUTHORITY" => (target.Trust.Authority?.Fingerprint ?? target.Trust.Fingerprint)?.ToString(),
                "MINILAMBDA_SIGN" => target.Sign ? "1" : null,
                "MINILAMBDA_TENANT" => target.Tenant,
                _ => outer.Variable(name),
            },
        };
        // Not on the thread of the screen, which would stand still where a command reckons before it waits.
        var code = await Task.Run(() => CommandLine.RunWithinAsync([.. args], terminal, cancellationToken), CancellationToken.None);
        printed?.End();
        return new CommandOutcome(code, output.Text(), error.Text());
    }

    private static TextWriter Writer(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" });

    private sealed class KeepingStream(int max, PrintedLines? printed, bool isError) : MemoryStream
    {
        private long _dropped;

        public override void WriteByte(byte value) => Write([value], 0, 1);

        // The other ways to write come here too, as this is a stream of its own kind.
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (printed is not null)
            {
                printed.Write(buffer.AsSpan(offset, count), isError);
                return;
            }

            var kept = (int)Math.Min(count, max - Length);
            base.Write(buffer, offset, kept);
            _dropped += count - kept;
        }

        public string Text() => Encoding.UTF8.GetString(GetBuffer().AsSpan(0, (int)Length)) + (_dropped > 0 ? $"\n… {_dropped} more bytes" : "");
    }
}
