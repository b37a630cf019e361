using CsCheck;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class FunctionNameTests
{
    public const string Longest = "a23456789-123456789-123456789-123456789-123456789-123456789-123";

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("resize")]
    [InlineData("json-transform")]
    [InlineData("a--")]
    [InlineData(Longest)]
    public void A_name_reads_back(string text)
    {
        Assert.True(FunctionName.TryParse(text, out var name));
        Assert.Equal((text, text), (name.Value, name.ToString()));
        Assert.Equal(name, FunctionName.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("Resize")]
    [InlineData("re size")]
    [InlineData("re_size")]
    [InlineData("re/size")]
    [InlineData("../x")]
    [InlineData("é")]
    [InlineData("٣")]
    [InlineData("resize\n")]
    [InlineData("resize\0")]
    [InlineData(Longest + "4")]
    public void What_is_not_a_name_is_refused_with_the_rule(string? text)
    {
        Assert.False(FunctionName.TryParse(text, out var name));
        Assert.Equal("", name.Value);
        if (text is not null)
            Assert.Contains(FunctionName.Rule, Assert.Throws<FormatException>(() => FunctionName.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resize", null, "resize")]
    [InlineData("resize@1", 1, "resize@1")]
    [InlineData("resize@v3", 3, "resize@3")]
    [InlineData("resize@007", 7, "resize@7")]
    [InlineData("resize@2147483647", int.MaxValue, "resize@2147483647")]
    public void A_reference_names_a_version_or_the_newest(string text, int? version, string shown)
    {
        Assert.True(FunctionReference.TryParse(text, out var reference));
        Assert.Equal(("resize", version, shown), (reference.Name.Value, reference.Version, reference.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@1")]
    [InlineData("resize@")]
    [InlineData("resize@v")]
    [InlineData("resize@0")]
    [InlineData("resize@-1")]
    [InlineData("resize@+1")]
    [InlineData("resize@ 1")]
    [InlineData("resize@1.0")]
    [InlineData("resize@٣")]
    [InlineData("resize@1@2")]
    [InlineData("resize@2147483648")]
    [InlineData("resize@99999999999999999999")]
    [InlineData("Resize@1")]
    public void What_is_not_a_reference_is_refused(string? text)
    {
        Assert.False(FunctionReference.TryParse(text, out var reference));
        Assert.Equal(default, reference);
    }

    [Fact]
    public void Any_reference_reads_back() => Gen.Select(Names, Gen.Int[1, int.MaxValue].Nullable()).Sample((name, version) =>
    {
        var reference = new FunctionReference(FunctionName.Parse(name), version);
        Assert.True(FunctionReference.TryParse(reference.ToString(), out var back));
        Assert.Equal(reference, back);
    });

    [Fact]
    public void No_text_whatever_throws() => Gen.String.Sample(text =>
        FunctionReference.TryParse(text, out var reference) ? reference.Name.Value.Length > 0 : reference == default);

    internal static Gen<string> Names { get; } = Gen.Select(
        Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789"], Gen.String[Gen.Char["abcxyz0189-"], 0, 62], (first, rest) => first + rest);
}
