using CsCheck;
using MiniLambda.Domain.Toml;

namespace MiniLambda.Domain.Tests.Toml;

public sealed class SpellingTests
{
    private static readonly string[] Keys = ["memory", "timeout", "fuel", "output", "logs"];

    [Theory]
    [InlineData("memory", "memory")]
    [InlineData("memroy", "memory")]
    [InlineData("timout", "timeout")]
    [InlineData("log", "logs")]
    [InlineData("fule", "fuel")]
    [InlineData("disk", null)]
    [InlineData("", null)]
    [InlineData("x", null)]
    public void A_slip_is_told_from_another_word(string word, string? meant) => Assert.Equal(meant, Spelling.Nearest(word, Keys));

    [Fact]
    public void Of_equally_near_candidates_the_first_by_alphabet_is_named() => Assert.Equal("bat", Spelling.Nearest("at", ["cat", "bat"]));

    [Fact]
    public void Without_candidates_nothing_is_meant() => Assert.Null(Spelling.Nearest("memory", []));

    [Fact]
    public void One_slip_in_a_word_is_always_found() => Gen.Select(
        Gen.Int[0, Keys.Length - 1].Select(i => Keys[i]), Gen.Int[0, 100], Gen.Char['a', 'z'], Gen.Int[0, 2]).Sample(
        (key, at, letter, kind) =>
        {
            at %= key.Length;
            var slip = kind switch
            {
                0 => key.Remove(at, 1),
                1 => key.Insert(at, letter.ToString()),
                _ => key.Remove(at, 1).Insert(at, letter.ToString()),
            };
            Assert.Equal(key, Spelling.Nearest(slip, Keys));
        });
}
