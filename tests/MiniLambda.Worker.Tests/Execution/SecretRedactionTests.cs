using System.Text;
using MiniLambda.Sandbox;
using MiniLambda.Worker.Execution;

namespace MiniLambda.Worker.Tests.Execution;

public sealed class SecretRedactionTests
{
    [Theory]
    [InlineData("key=hunter2secret!", "key=[secret A]!")]
    [InlineData("hunter2secrethunter2secret", "[secret A][secret A]")]
    [InlineData("hunter2secre", "hunter2secre")]
    [InlineData("hunterhunter2secret", "hunter[secret A]")]
    [InlineData("hunter2hunter2secret", "hunter2[secret A]")]
    [InlineData("secretly and hunter2secretly", "[secret B] and [secret A][secret B]")]
    [InlineData("aaaaaaaa", "[secret C]")]
    [InlineData("aaaaa", "[secret C]")]
    [InlineData("aaa", "aaa")]
    [InlineData("nothing at all\n", "nothing at all\n")]
    [InlineData("gr\u00fc\u00dfe-4711", "[secret D]")]
    public void A_value_is_replaced_however_it_is_cut_into_pieces(string written, string shown)
    {
        var bytes = Encoding.UTF8.GetBytes(written);
        for (var piece = 1; piece <= bytes.Length; piece++)
            Assert.Equal(shown, Redact(bytes, piece));
    }

    private static readonly KeyValuePair<string, string>[] Secrets =
        [new("A", "hunter2secret"), new("B", "secretly"), new("C", "aaaa"), new("D", "gr\u00fc\u00dfe-4711"), new("E", "abc"), new("F", "hunter2secret")];

    [Fact]
    public void Of_values_that_overlap_no_byte_is_left()
    {
        var bytes = Encoding.UTF8.GetBytes("x12345678y");
        KeyValuePair<string, string>[] overlapping = [new("P", "123456"), new("Q", "345678"), new("R", "1234")];
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var shown = Redact(bytes, piece, overlapping);
            Assert.DoesNotContain(shown, char.IsAsciiDigit);
            Assert.StartsWith("x[secret ", shown, StringComparison.Ordinal);
            Assert.EndsWith("]y", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Text_that_cannot_be_a_secret_is_passed_on_at_once()
    {
        var sink = new Sink();
        var output = SecretRedaction.Over(sink, Secrets, long.MaxValue, static () => { });
        output.Stderr("waiting: "u8);
        Assert.Equal("waiting: ", sink.Text);
        output.Stderr("hunter"u8);
        Assert.Equal("waiting: ", sink.Text);
        output.Stderr("s"u8);
        // The last letter may begin another.
        Assert.Equal("waiting: hunter", sink.Text);
    }

    [Fact]
    public void A_log_does_not_grow_past_its_limit_by_what_is_shown_instead()
    {
        var (sink, cuts) = (new Sink(), 0);
        var output = SecretRedaction.Over(sink, [new("LONG_NAME", "abcd")], 100, () => cuts++);
        for (var i = 0; i < 50; i++)
            output.Stderr("abcd"u8);
        SecretRedaction.End(output);
        Assert.Equal(100, sink.Text.Length);
        Assert.True(cuts > 0);
    }

    [Fact]
    public void A_job_without_secrets_pays_nothing()
    {
        var sink = new Sink();
        Assert.Same(sink, SecretRedaction.Over(sink, [], 1, static () => { }));
        Assert.Same(sink, SecretRedaction.Over(sink, [new("SHORT", "abc")], 1, static () => { }));
    }

    private static string Redact(byte[] written, int piece, KeyValuePair<string, string>[]? secrets = null)
    {
        var sink = new Sink();
        var output = SecretRedaction.Over(sink, secrets ?? Secrets, long.MaxValue, static () => { });
        foreach (var some in written.Chunk(piece))
            output.Stderr(some);
        SecretRedaction.End(output);
        return sink.Text;
    }

    private sealed class Sink : IGuestOutput
    {
        private readonly List<byte> _bytes = [];

        public string Text => Encoding.UTF8.GetString([.. _bytes]);

        public void Started()
        {
        }

        public void Stdout(ReadOnlySpan<byte> data)
        {
        }

        public void Stderr(ReadOnlySpan<byte> data) => _bytes.AddRange(data);
    }
}
