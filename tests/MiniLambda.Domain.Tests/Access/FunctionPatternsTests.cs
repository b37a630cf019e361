using MiniLambda.Domain.Access;

namespace MiniLambda.Domain.Tests.Access;

public sealed class FunctionPatternsTests
{
    [Theory]
    [InlineData("img-*", "img-crop", true)]
    [InlineData("img-*", "img-", true)]
    [InlineData("img-*", "img", false)]
    [InlineData("img-*", "my-img-crop", false)]
    [InlineData("*-crop", "img-crop", true)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("exact", "exact", true)]
    [InlineData("exact", "exactly", false)]
    [InlineData("*", "anything", true)]
    [InlineData("**", "anything", true)]
    public void A_star_is_any_characters_and_a_question_mark_one(string pattern, string name, bool matches) =>
        Assert.Equal(matches, FunctionPatterns.Matches([pattern], name));

    [Fact]
    public void One_of_several_is_enough_and_none_leaves_all()
    {
        Assert.True(FunctionPatterns.Matches(["a", "b*"], "bc"));
        Assert.False(FunctionPatterns.Matches(["a", "b*"], "c"));
        Assert.True(FunctionPatterns.Matches([], "c"));
    }

    [Fact]
    public void A_pattern_of_many_stars_takes_no_time() =>
        Assert.False(FunctionPatterns.Matches([string.Concat(Enumerable.Repeat("*a", 31))], new string('a', 30) + new string('b', 33)));

    [Theory]
    [InlineData("img-*", true)]
    [InlineData("?", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("[ab]", false)]
    [InlineData("a b", false)]
    public void Patterns_have_the_letters_of_names(string pattern, bool isValid) => Assert.Equal(isValid, FunctionPatterns.IsValid(pattern));
}
