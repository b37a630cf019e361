using System.Text;
using System.Text.Json;
using CsCheck;
using MiniLambda.Workbench.Screens.Json;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Tests.Screens.Json;

public sealed class PayloadTests : IDisposable
{
    private readonly PayloadView _view = new(ViewOnScreen.Dark());
    private readonly ViewOnScreen _screen;

    public PayloadTests() => _screen = new ViewOnScreen(_view, 90, 10);

    [Theory]
    [InlineData("hello\n", PayloadForm.Text)]
    [InlineData("", PayloadForm.Text)]
    [InlineData("42", PayloadForm.Text)]
    [InlineData("{\"a\":1}", PayloadForm.Json)]
    [InlineData(" [1,2]\n[3]\n", PayloadForm.Json)]
    [InlineData("{not json}", PayloadForm.Text)]
    [InlineData("[section]\nname = 1", PayloadForm.Text)]
    [InlineData("\u001b[31mred\u001b[0m", PayloadForm.Text)]
    [InlineData("a\0b", PayloadForm.Hex)]
    public void Bytes_are_shown_as_what_they_are(string content, PayloadForm form) =>
        Assert.Equal(form, PayloadForms.Of(Encoding.UTF8.GetBytes(content), isWhole: true));

    [Fact]
    public void A_module_is_bytes() => Assert.Equal(PayloadForm.Hex, PayloadForms.Of([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe], isWhole: true));

    [Fact]
    public void The_beginning_of_json_is_json_and_the_beginning_of_a_text_is_a_text()
    {
        Assert.Equal(PayloadForm.Json, PayloadForms.Of("{\"a\": [1, \"cut he"u8, isWhole: false));
        Assert.Equal(PayloadForm.Text, PayloadForms.Of("{\"a\": [1, \"cut he"u8, isWhole: true));
        Assert.Equal(PayloadForm.Text, PayloadForms.Of(Encoding.UTF8.GetBytes("größe").AsSpan(0, 3), isWhole: false));
    }

    [Fact]
    public void Json_has_a_line_for_each_value_and_colours()
    {
        Show("{\"name\":\"a \\\"b\\\"\",\"list\":[1,2.5e3,{}],\"none\":null,\"e\":[]}");
        Assert.Equal(
            ["{", "  \"name\": \"a \\\"b\\\"\",", "  \"list\": [", "    1,", "    2.5e3,", "    {}", "  ],", "  \"none\": null,", "  \"e\": []"], _screen.Rows.Take(9));
        Assert.StartsWith("json (v) · 57B · line 1/10", _screen.Rows[9], StringComparison.Ordinal);
        Assert.Equal(Themes.Dark[ThemeRole.Name], _screen.LookOf("\"name\""));
        Assert.Equal(Themes.Dark[ThemeRole.Text], _screen.LookOf("\"a \\"));
        Assert.Equal(Themes.Dark[ThemeRole.Number], _screen.LookOf("2.5e3"));
        Assert.Equal(Themes.Dark[ThemeRole.Constant], _screen.LookOf("null"));
    }

    [Fact]
    public void Printing_json_changes_nothing_but_space() => Json(3).Sample(json =>
    {
        var lines = new JsonLines(Encoding.UTF8.GetBytes(json));
        var printed = string.Join('\n', Enumerable.Range(0, lines.Count).Select(i => lines[i]));
        using var before = JsonDocument.Parse(json);
        using var after = JsonDocument.Parse(printed);
        Assert.Equal(JsonSerializer.Serialize(before), JsonSerializer.Serialize(after));
    });

    [Fact]
    public void Anything_at_all_can_be_printed_as_json() => Gen.String[Gen.Char["[]{}\",:\\ a1\n"], 0, 60].Sample(text =>
    {
        var lines = new JsonLines(Encoding.UTF8.GetBytes(text));
        for (var i = 0; i < lines.Count; i++)
            lines.Colour(i, lines[i], new ThemeRole[lines[i].Length]);
    });

    [Fact]
    public void Deep_and_long_json_stays_within_bounds()
    {
        var deep = new JsonLines(Encoding.UTF8.GetBytes(new string('[', 100_000)));
        Assert.Equal(100_000, deep.Count);
        Assert.Equal(41, deep[99_999].Length);
        var wide = new JsonLines(Encoding.UTF8.GetBytes($"[\"{new string('x', 100_000)}\"]"));
        Assert.All(Enumerable.Range(0, wide.Count), i => Assert.InRange(wide[i].Length, 1, 4200));
        Assert.True(wide.IsContinuation(2));
    }

    [Fact]
    public void Bytes_are_shown_with_offset_and_text()
    {
        _view.Show(new byte[] { 0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 0xff, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48 }, 17);
        Assert.Equal("00000000  7f 45 4c 46 00 00 01 02  ff 41 42 43 44 45 46 47  |.ELF.....ABCDEFG|", _screen.Rows[0]);
        Assert.Equal("00000010  48                                                |H|", _screen.Rows[1]);
        _screen.Resize(50, 10);
        Assert.Equal("00000008  ff 41 42 43 44 45 46 47  |.ABCDEFG|", _screen.Rows[1]);
    }

    [Fact]
    public void The_form_can_be_changed()
    {
        Show("{\"a\":1}");
        _screen.Press(Key.V);
        Assert.Equal(PayloadForm.Hex, _view.Form);
        _screen.Press(Key.V);
        Assert.Equal("{\"a\":1}", _screen.Rows[0]);
        _screen.Press(Key.V);
        Assert.Equal(PayloadForm.Json, _view.Form);
    }

    [Fact]
    public void A_huge_result_is_shown_in_part_and_says_so()
    {
        _view.Show(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789abcde\n", 200_000))), 200L << 20);
        Assert.Contains("the first 1MiB of 200MiB", _screen.Rows[9], StringComparison.Ordinal);
        _screen.Press(Key.End);
        Assert.Contains("line 65,536/65,536", _screen.Rows[9], StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_steer_a_terminal_is_made_visible()
    {
        Show("\u001b[2J\u202ehello");
        Assert.Equal(@"\x1b[2J\u202ehello", _screen.Rows[0]);
        Show("{\"a\":\"\u202e\u009b\"}");
        _view.ShowAs(PayloadForm.Json);
        Assert.Equal("  \"a\": \"\ufffd\ufffd\"", _screen.Rows[1]);
    }

    [Fact]
    public void Nothing_and_no_bytes_are_two_things()
    {
        _view.Placeholder = "the job still runs";
        Assert.Equal("the job still runs", _screen.Rows[0]);
        Show("");
        Assert.Equal("empty (0 bytes)", _screen.Rows[0]);
        _view.Clear();
        Assert.Equal("the job still runs", _screen.Text);
    }

    [Fact]
    public void A_search_finds_values()
    {
        Show("[" + string.Join(',', Enumerable.Range(1000, 500)) + "]");
        _screen.Type("/1321");
        _screen.Press(Key.Enter);
        Assert.Equal(Themes.Dark[ThemeRole.CurrentMatch], _screen.LookOf("1321"));
    }

    public void Dispose()
    {
        _screen.Dispose();
        _view.Dispose();
    }

    private void Show(string content) => _view.Show(Encoding.UTF8.GetBytes(content), Encoding.UTF8.GetByteCount(content));

    private static Gen<string> Json(int depth) => depth == 0
        ? Gen.OneOf(Gen.OneOf("true", "null", "-1.5e3", "0"), Gen.String.Select(text => JsonSerializer.Serialize(text)))
        : Gen.OneOf(
            Json(0),
            Json(depth - 1).Array[0, 4].Select(items => $"[ {string.Join(" , ", items)} ]"),
            Gen.Select(Gen.String.Select(text => JsonSerializer.Serialize(text)), Json(depth - 1)).Array[0, 4]
                .Select(items => $"{{{string.Join(",\n", items.Select(i => $"{i.Item1} : {i.Item2}"))}}}"));
}
