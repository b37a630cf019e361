using System.Text;
using CsCheck;
using MiniLambda.Workbench.Screens.Logs;

namespace MiniLambda.Workbench.Tests.Screens.Logs;

public sealed class LogBufferTests
{
    private static readonly DateTimeOffset At = new(2026, 5, 1, 12, 1, 3, TimeSpan.Zero);
    private static readonly LogSource First = new(1, "nas");
    private static readonly LogSource Second = new(2, "laptop");

    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\n\ntwo", "one||two")]
    [InlineData("dos\r\nline\r\n", "dos|line")]
    [InlineData("10%\r20%\n", @"10%\x0d20%")]
    [InlineData("\u001b[31mred\u001b[0m", @"\x1b[31mred\x1b[0m")]
    [InlineData("größe 漢字 🙂", "größe 漢字 🙂")]
    [InlineData("a\tb", "a\tb")]
    public void Lines_are_shown_with_what_could_steer_a_terminal_made_visible(string written, string lines) =>
        Assert.Equal(lines, Text(Read([Encoding.UTF8.GetBytes(written)])));

    [Fact]
    public void What_is_no_text_is_shown_byte_by_byte() => Assert.Equal(@"a\xff\xe2\x82b|\xe2\x82", Text(Read([[0x61, 0xff, 0xe2, 0x82, 0x62, 0x0a, 0xe2, 0x82]])));

    [Fact]
    public void A_log_has_the_same_lines_wherever_it_was_cut() => Gen.Select(
        Gen.OneOf(Gen.Byte.Array[0, 60], Gen.OneOf((byte)'\r', (byte)'\n', (byte)'a', (byte)0xe2, (byte)0x82, (byte)0xac).Array[0, 40]),
        Gen.Int[1, 5]).Sample((bytes, size) => Assert.Equal(Text(Read([bytes])), Text(Read(bytes.Chunk(size)))));

    [Fact]
    public void A_line_can_be_seen_before_it_ends()
    {
        var buffer = new LogBuffer();
        Assert.Null(Append(buffer, First, "deco"));
        Assert.Equal("deco", Text(buffer));
        Assert.Equal(0, Append(buffer, First, "ded\n14"));
        Assert.Equal("decoded|14", Text(buffer));
    }

    [Fact]
    public void Attempts_that_write_at_once_keep_their_lines_apart()
    {
        var buffer = new LogBuffer();
        Append(buffer, First, "one ");
        Append(buffer, Second, "two ");
        Append(buffer, First, "ends\n");
        Append(buffer, Second, "ends too\n");
        Assert.Equal("one ends|two ends too", Text(buffer));
        Assert.Equal([1, 2], Lines(buffer).Select(l => l.Source.Attempt));
    }

    [Fact]
    public void A_line_bears_the_time_of_its_first_byte()
    {
        var buffer = new LogBuffer();
        buffer.Append(new LogPiece(At, First, "a"u8.ToArray()));
        buffer.Append(new LogPiece(At.AddSeconds(5), First, "b\nc"u8.ToArray()));
        Assert.Equal([At, At.AddSeconds(5)], Lines(buffer).Select(l => l.At));
    }

    [Fact]
    public void An_endless_line_is_cut_and_the_cuts_are_known()
    {
        var buffer = new LogBuffer();
        Append(buffer, First, new string('x', 2 * LogBuffer.MaxLineLength) + "\ny\n");
        Assert.Equal([LogBuffer.MaxLineLength, LogBuffer.MaxLineLength, 1], Lines(buffer).Select(l => l.Text.Length));
        Assert.Equal([false, true, false], Lines(buffer).Select(l => l.IsContinuation));
    }

    [Fact]
    public void The_oldest_lines_go_when_there_are_too_many()
    {
        var buffer = new LogBuffer(maxLines: 10);
        for (var i = 0; i < 1000; i++)
            Append(buffer, First, $"{i}\n");
        Assert.Equal((990, 10), (buffer.First, buffer.Count));
        Assert.Equal("990", buffer[buffer.First].Text);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[989]);
    }

    [Fact]
    public void The_oldest_lines_go_when_they_are_too_long()
    {
        var buffer = new LogBuffer(maxUnits: 10_000);
        Append(buffer, First, new string('x', 1_000_000));
        Assert.InRange(Lines(buffer).Sum(l => l.Text.Length), 1, 10_000 + LogBuffer.MaxLineLength);
    }

    [Fact]
    public void A_line_that_was_dropped_while_it_was_written_goes_on_as_another()
    {
        var buffer = new LogBuffer(maxLines: 2);
        Append(buffer, First, "beginning");
        Append(buffer, Second, "a\nb\n");
        Append(buffer, First, " and end\n");
        Assert.Equal("b| and end", Text(buffer));
    }

    [Theory]
    [InlineData("2026-05-01T12:00:00Z ERROR disk is full", LogSeverity.Error)]
    [InlineData("[warn] slow", LogSeverity.Warning)]
    [InlineData("level=info msg=ready", LogSeverity.Info)]
    [InlineData("error: no such file", LogSeverity.Error)]
    [InlineData("DEBUG x", LogSeverity.Debug)]
    [InlineData("finished without error", LogSeverity.Unknown)]
    [InlineData("an INFORMED guess", LogSeverity.Unknown)]
    public void A_level_is_found_as_loggers_write_it(string line, LogSeverity severity) => Assert.Equal(severity, SeverityGuess.Of(line));

    [Fact]
    public void An_indented_line_is_as_bad_as_the_one_above()
    {
        var buffer = new LogBuffer();
        Append(buffer, First, "ERROR boom\n  at main\nnext\n");
        Assert.Equal([LogSeverity.Error, LogSeverity.Error, LogSeverity.Unknown], Lines(buffer).Select(l => l.Severity));
    }

    [Fact]
    public void Shown_lines_are_those_that_a_filter_over_all_of_them_would_take() => Gen.Select(
        Gen.Select(Gen.Int[1, 3], Gen.OneOf("a", "b\n", "ab\ncd\n", "c", "\n", "ERROR b\n", " x\n")).Array[0, 60],
        Gen.OneOf("", "b", "!b", "zz"), Gen.Int[0, 3], Gen.Int[2, 20]).Sample((pieces, text, attempt, kept) =>
        {
            var buffer = new LogBuffer(kept);
            var shown = new ShownLines(buffer);
            var filter = new LogFilter(text, attempt == 0 ? null : attempt);
            shown.Choose(filter, 0);
            foreach (var batch in pieces.Chunk(3))
                shown.Append(batch.Select(p => new LogPiece(At, new LogSource(p.Item1, ""), Encoding.UTF8.GetBytes(p.Item2))));
            Assert.Equal(Lines(buffer).Where(line => filter.Takes(line)), Enumerable.Range(0, shown.Count).Select(i => shown[i]));
        });

    private static LogBuffer Read(IEnumerable<byte[]> pieces)
    {
        var buffer = new LogBuffer();
        foreach (var piece in pieces)
            buffer.Append(new LogPiece(At, First, piece));
        buffer.End();
        return buffer;
    }

    private static long? Append(LogBuffer buffer, LogSource source, string text) => buffer.Append(new LogPiece(At, source, Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<LogLine> Lines(LogBuffer buffer) => Enumerable.Range(0, buffer.Count).Select(i => buffer[buffer.First + i]);

    private static string Text(LogBuffer buffer) => string.Join('|', Lines(buffer).Select(l => l.Text));
}
