using MiniLambda.Domain.Access;

namespace MiniLambda.Domain.Tests.Access;

public sealed class FunctionPatternsTests
{
    [Theory]
    [InlineData("resize", "resize", true)]
    [InlineData("resize", "resizer", false)]
    [InlineData("resize", "resiz", false)]
    [InlineData("*", "resize", true)]
    [InlineData("img-*", "img-", true)]
    [InlineData("img-*", "img-resize", true)]
    [InlineData("img-*", "img", false)]
    [InlineData("img-*", "my-img-resize", false)]
    [InlineData("*-img", "my-img", true)]
    [InlineData("*-img", "my-img-2", false)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "ace", true)]
    [InlineData("a*c*e", "abcdef", false)]
    [InlineData("a**b", "ab", true)]
    [InlineData("*ab", "aab", true)]
    [InlineData("a*aa", "aaa", true)]
    [InlineData("a*aa", "aa", false)]
    // Nothing else has a meaning.
    [InlineData("a?c", "abc", false)]
    [InlineData("a.c", "abc", false)]
    public void A_star_stands_for_any_characters_and_nothing_else_does(string pattern, string name, bool fits) =>
        Assert.Equal(fits, FunctionPatterns.Fits(pattern, name));

    [Fact]
    public void A_pattern_that_could_be_read_in_many_ways_costs_no_more_than_its_length_by_the_names()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*", 31)) + "b";
        Assert.False(FunctionPatterns.Fits(pattern, new string('a', 63)));
    }

    [Fact]
    public void No_patterns_fit_every_name()
    {
        Assert.True(FunctionPatterns.Matches([], "resize"));
        Assert.True(FunctionPatterns.Matches(["a", "r*"], "resize"));
        Assert.False(FunctionPatterns.Matches(["a", "b*"], "resize"));
    }

    [Theory]
    [InlineData("", "img-*", true)]
    [InlineData("", "", true)]
    [InlineData("img-*", "", false)]
    [InlineData("img-*", "img-*", true)]
    [InlineData("img-*", "img-a*", true)]
    [InlineData("img-*", "img-a", true)]
    [InlineData("img-*", "*", false)]
    [InlineData("img-*", "i*", false)]
    [InlineData("img-a", "img-*", false)]
    [InlineData("a* b*", "a1 b*", true)]
    [InlineData("a* b*", "a1 c", false)]
    public void Patterns_cover_others_when_these_fit_nothing_more(string outer, string inner, bool covered) => Assert.Equal(
        covered,
        FunctionPatterns.Cover(outer.Split(' ', StringSplitOptions.RemoveEmptyEntries), inner.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("img-*", true)]
    [InlineData("*", true)]
    [InlineData("", false)]
    [InlineData("Img", false)]
    [InlineData("a b", false)]
    [InlineData("-a", false)]
    public void A_pattern_is_a_name_with_stars(string text, bool isOne) => Assert.Equal(isOne, FunctionPatterns.IsValid(text));
}
