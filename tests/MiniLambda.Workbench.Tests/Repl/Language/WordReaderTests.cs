using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Tests.Repl.Language;

public sealed class WordReaderTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["id"] = "j-1",
        ["ids"] = "j-1\nj-2  j-3 ",
        ["none"] = "",
        ["?"] = "3",
        ["_"] = "out",
        ["HOME"] = "/home/ada b",
    };

    [Theory]
    [InlineData("submit hello --wait", "submit|hello|--wait")]
    [InlineData("  a\tb  ", "a|b")]
    [InlineData("", "")]
    [InlineData("# a comment", "")]
    [InlineData("a # it's a comment", "a")]
    [InlineData("a#b #c", "a#b")]
    [InlineData("'a b' \"c d\"", "a b|c d")]
    [InlineData("a'b c'd", "ab cd")]
    [InlineData("'' \"\"", "|")]
    [InlineData(@"a\ b \' \# \\ \$id", @"a b|'|#|\|$id")]
    [InlineData(@"'a\b' ""a\b \"" \$ \\""", @"a\b|a\b "" $ \")]
    [InlineData("$id ${id}s '$id' \"<$id>\"", "j-1|j-1s|$id|<j-1>")]
    [InlineData("$? $_ $", "3|out|$")]
    [InlineData("wait $ids x", "wait|j-1|j-2|j-3|x")]
    [InlineData("\"$ids\"", "j-1\nj-2  j-3 ")]
    [InlineData("a${ids}b", "aj-1|j-2|j-3|b")]
    [InlineData("$none a", "a")]
    [InlineData("\"$none\" a", "|a")]
    [InlineData("~ ~/x a~ ~b '~'", "/home/ada b|/home/ada b/x|a~|~b|~")]
    [InlineData("--label=room=attic K=V a:b x@2 100%", "--label=room=attic|K=V|a:b|x@2|100%")]
    [InlineData("'|' \"> <\" \\;", "||> <|;")]
    [InlineData("日本語 'für dich'", "日本語|für dich")]
    public void A_line_falls_apart_into_words_as_in_a_shell(string line, string words) =>
        Assert.Equal(words, string.Join('|', Expand(line)));

    [Theory]
    [InlineData("a\\\nb c", "ab|c")]
    [InlineData("a \\\n  b", "a|b")]
    [InlineData("'a\nb'", "a\nb")]
    [InlineData("\"a\nb\" c", "a\nb|c")]
    [InlineData("\"a\\\nb\"", "ab")]
    [InlineData("'a\\\nb'", "a\\\nb")]
    [InlineData("a # not on \\", "a")]
    public void A_statement_goes_on_after_a_backslash_and_within_quotes(string lines, string words) =>
        Assert.Equal(words, string.Join('|', Expand(lines)));

    [Theory]
    [InlineData("a 'b", true)]
    [InlineData("a \"b", true)]
    [InlineData("a \\", true)]
    [InlineData("a 'b'", false)]
    [InlineData("a # 'b", false)]
    [InlineData("a \"b\\\"", true)]
    [InlineData("'a' 'b\n'", false)]
    public void It_is_known_whether_a_statement_goes_on(string text, bool isOpen) => Assert.Equal(isOpen, WordReader.Read(text).IsOpen);

    [Theory]
    [InlineData("job list | grep x", "'|' would mean something to the shell")]
    [InlineData("result j > out", "'>' would mean something to the shell")]
    [InlineData("a; b", "';' would mean something to the shell")]
    [InlineData("a && b", "'&' would mean something to the shell")]
    [InlineData("a (b)", "'(' would mean something to the shell")]
    [InlineData("function push examples/*", "'*' would mean something to the shell")]
    [InlineData("wait j-{1,2}", "'{' would mean something to the shell")]
    [InlineData("a `b`", "'`' would mean something to the shell")]
    [InlineData("a \"`b`\"", "'`' runs a command in the shell")]
    [InlineData("wait $(submit x)", "'$(' runs a command in the shell, and not here; write let NAME = COMMAND")]
    [InlineData("a $1", "'$1' means something to the shell")]
    [InlineData("a $$", "'$$' means something to the shell")]
    [InlineData("a ${x", "'${' takes the name of a variable")]
    [InlineData("a ${x:-y}", "'${' takes the name of a variable")]
    public void What_only_a_shell_can_do_is_refused(string line, string problem) =>
        Assert.StartsWith(problem, WordReader.Read(line).Problem?.Message, StringComparison.Ordinal);

    [Fact]
    public void A_problem_knows_its_line() => Assert.Equal(2, WordReader.Read("a 'b\nc' \\\nd | e").Problem?.Line);

    [Fact]
    public void Words_know_where_they_stand()
    {
        var words = WordReader.Read("ab  'c d' \\\n e").Words;
        Assert.Equal([(0, 2), (4, 9), (13, 14)], words.Select(w => (w.Start, w.End)));
    }

    [Fact]
    public void What_is_quoted_is_read_back()
    {
        string[] args = ["a", "", "a b", "it's", "$x", "~", "#", "\\", "a\nb", "|", "日本", "--x=y"];
        Assert.Equal(args, Expand(ShellQuote.Of(args)));
        Assert.Equal(args.Where(a => a.Length > 0 && !a.Contains('\n', StringComparison.Ordinal)), Expand(string.Join(' ', args.Where(a => !a.Contains('\n', StringComparison.Ordinal)).Select(ShellQuote.Escape))));
    }

    private static List<string> Expand(string text)
    {
        var read = WordReader.Read(text);
        Assert.Null(read.Problem);
        Assert.False(read.IsOpen);
        return Expansion.Of(read.Words, name => (Values.GetValueOrDefault(name), ""), out _)!;
    }
}
