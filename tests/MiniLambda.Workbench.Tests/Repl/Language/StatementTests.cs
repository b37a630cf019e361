using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Tests.Repl.Language;

public sealed class StatementTests
{
    [Theory]
    [InlineData("", "nothing")]
    [InlineData("job list", "run job list")]
    [InlineData("minilambda job list", "run job list")]
    [InlineData("'let' x = y", "run let x = y")]
    [InlineData("./x", "run ./x")]
    [InlineData(".read a b", ".read a b")]
    [InlineData("let id = submit hello", "id from submit hello")]
    [InlineData("let id=submit hello", "id from submit hello")]
    [InlineData("let id= submit hello", "id from submit hello")]
    [InlineData("let id =submit hello", "! let takes")]
    [InlineData("let v = version", "v from version")]
    [InlineData("let x = \"a text\"", "x is a text")]
    [InlineData("let x='a text'", "x is a text")]
    [InlineData("let x = $y", "x is y")]
    [InlineData("let x = a$y", "x is ay")]
    [InlineData("let x = ''", "x is ")]
    [InlineData("let x = 'a' b", "x from a b")]
    [InlineData("let", "! let takes")]
    [InlineData("let x", "! let takes")]
    [InlineData("let x =", "! let takes")]
    [InlineData("let = y", "! let takes")]
    [InlineData("let 1x = y", "! '1x' cannot be a variable's name")]
    [InlineData("let _ = y", "! '_' cannot be a variable's name")]
    public void A_line_says_what_is_to_be_done(string line, string expected)
    {
        var said = Statement.Parse(WordReader.Read(line).Words, out var problem) switch
        {
            Statement.Empty => "nothing",
            Statement.Command command => $"run {Text(command.Words)}",
            Statement.Capture let => $"{let.Name} from {Text(let.Words)}",
            Statement.Assignment let => $"{let.Name} is {Text([let.Text])}",
            Statement.Directive directive => $"{directive.Name} {Text(directive.Words)}",
            _ => $"! {problem}",
        };
        Assert.StartsWith(expected, said, StringComparison.Ordinal);
    }

    private static string Text(IEnumerable<Word> words) => string.Join(' ', words.Select(w => string.Concat(w.Parts.Select(p => p.Text))));
}
