using MiniLambda.Domain.Toml;

namespace MiniLambda.Domain.Tests.Toml;

public sealed class TomlDocumentTests
{
    private readonly List<TextError> _errors = [];

    [Fact]
    public void Every_type_of_value_is_read()
    {
        var root = Parse("""
            text = "one\u0031"
            literal = 'a\b'
            integer = 0xff
            number = 1.5
            flag = true
            when = 1979-05-27T07:32:00Z
            array = [1, "two", [3]]
            inline = { a = 1, b.c = 2 }
            """);
        Assert.Empty(_errors);
        Assert.Equal(["one1", @"a\b", 255L, 1.5, true], root.Values.Take(5).Select(node => node.Value));
        Assert.Equal([1L, "two"], Assert.IsType<TomlArray>(root["array"].Value).Take(2).Select(item => item.Value));
        var inline = Assert.IsType<TomlTable>(root["inline"].Value);
        Assert.Equal(2L, Assert.IsType<TomlTable>(inline["b"].Value)["c"].Value);
        Assert.Equal(
            ["a string", "a string", "an integer", "a number", "a boolean", "a date or time", "an array", "a table"],
            root.Values.Select(node => node.TypeName));
    }

    [Fact]
    public void A_value_remembers_where_it_stands()
    {
        var root = Parse("a = 1\n\n[t]\n  b = [10,\n    20]\n");
        Assert.Equal((1, 5), Place(root["a"]));
        Assert.Equal((3, 1), Place(root["t"]));
        var array = ((TomlTable)root["t"].Value)["b"];
        Assert.Equal((4, 7), Place(array));
        Assert.Equal([(4, 8), (5, 5)], ((TomlArray)array.Value).Select(Place));
    }

    [Fact]
    public void Dotted_keys_and_headers_are_the_same_tables()
    {
        var root = Parse("a.b = 1\n'x y'.\"z\" = 2\n[c.d]\ne = 3\n");
        Assert.Equal(1L, Table(root, "a")["b"].Value);
        Assert.Equal(2L, Table(root, "x y")["z"].Value);
        Assert.Equal(3L, Table(Table(root, "c"), "d")["e"].Value);
    }

    [Theory]
    [InlineData("a = 1\na = 2\n", "2:1")]
    [InlineData("[t]\n[t]\n", "2:1")]
    [InlineData("t = {}\n[t]\n", "2:1")]
    [InlineData("t = 1\nt.a = 2\n", "2:1")]
    [InlineData("[t]\na = 1\na.b = 2\n", "3:1")]
    [InlineData("t = { a = 1, a = 2 }\n", "1:")]
    [InlineData("\n  a = \n", "2:")]
    [InlineData("a = 1 2\n", "1:")]
    [InlineData("a\n", "1:")]
    [InlineData("a = \"never closed\n", "1:")]
    [InlineData("a = [1, 2", "1:")]
    [InlineData("a = \"\\", "1:")]
    [InlineData("a = 1\n\"\\", "2:3: the text ends within an escape sequence")]
    [InlineData("a = \"\"\"\\", "1:")]
    [InlineData("a = \"\\u12", "1:")]
    [InlineData("a = \"\\\ud800\"", "1:")]
    [InlineData("a = \"\\ud800\"\n", "1:")]
    [InlineData("a = \"nul\0\"\n", "1:")]
    [InlineData("a = 99999999999999999999\n", "1:5")]
    [InlineData("a = 1\n[[b]]\n", "2:1")]
    public void What_is_wrong_is_told_with_its_line_and_column(string text, string place)
    {
        Parse(text);
        Assert.StartsWith($"file.toml:{place}", _errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_syntax_errors_are_told_at_once()
    {
        Parse("a = \nb = 1\nc = = 2\nd = 'x\n");
        Assert.Equal([1, 3, 4], _errors.Select(error => error.Line).Distinct().Order());
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a=", "}")]
    public void Deep_nesting_is_an_error_at_the_place_where_it_gets_too_deep(string open, string close)
    {
        var nested = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.Empty(Parse($"ok = 1\na = {nested}\n"));
        var error = Assert.Single(_errors);
        Assert.Equal((2, "arrays and tables are nested too deeply"), (error.Line, error.Message));
        Assert.InRange(error.Column, 4 + (60 * open.Length), 4 + (70 * open.Length));
    }

    [Fact]
    public void Nesting_as_people_write_it_is_read()
    {
        Parse($"a = {new string('[', 20)}1{new string(']', 20)}\n");
        Assert.Empty(_errors);
    }

    [Fact]
    public void An_empty_text_is_an_empty_table()
    {
        Assert.Empty(Parse(""));
        Assert.Empty(Parse("\ufeff# only a comment\r\n"));
        Assert.Empty(_errors);
    }

    private TomlTable Parse(string text) => TomlDocument.Parse(text, "file.toml", _errors);

    private static TomlTable Table(TomlTable table, string key) => Assert.IsType<TomlTable>(table[key].Value);

    private static (int Line, int Column) Place(TomlNode node) => (node.Line, node.Column);
}
