using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Tests.Repl.Language;

public sealed class ScriptSourceTests
{
    [Fact]
    public async Task Statements_come_with_the_line_they_begin_in() => Assert.Equal(
        ["1: a", "2: b c", "5: d\ne", "8: f"],
        await ReadAsync("a\nb \\\nc\n# x\nd'\ne'\n\nf"));

    [Fact]
    public async Task Line_ends_of_Windows_are_line_ends() => Assert.Equal(["1: a b", "3: c"], await ReadAsync("a \\\r\nb\r\nc\r\n"));

    [Fact]
    public async Task A_quote_that_is_never_closed_is_told_where_it_opens() => Assert.Equal(
        ["1: a", "2! the quote ' that opens here is never closed"], await ReadAsync("a\nb 'c\nd\ne\n"));

    [Fact]
    public async Task After_a_line_that_is_wrong_the_next_is_read() => Assert.Equal(
        ["2! '|' would mean something to the shell, and means nothing here; quote it if it is part of a word", "4: d"],
        await ReadAsync("a \\\n| b 'c\nc' c\nd"));

    [Fact]
    public async Task What_is_no_text_is_not_read_on() => Assert.Equal(["1: a", "2! this is no text"], await ReadAsync("a\n\0\u0001\nb"));

    [Fact]
    public async Task A_line_without_end_is_given_up()
    {
        var read = await ReadAsync(new string('x', ScriptSource.MaxLength + 10) + "\nb");
        Assert.Equal([$"1! a statement of more than {ScriptSource.MaxLength} characters"], read);
    }

    private static async Task<List<string>> ReadAsync(string text)
    {
        var source = new ScriptSource("s", new StringReader(text));
        var read = new List<string>();
        while (await source.ReadAsync(CancellationToken.None) is { } statement)
        {
            if (statement.Problem.Length > 0)
                read.Add($"{statement.Line}! {statement.Problem}");
            else if (statement.Words.Count > 0)
                read.Add($"{statement.Line}: {string.Join(' ', statement.Words.Select(w => w.Literal))}");
            if (statement.IsFatal)
                break;
        }

        return read;
    }
}
