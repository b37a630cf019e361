using System.Text.RegularExpressions;

namespace MiniLambda.Architecture;

/// <summary>What the source files must look like.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 400;
    private const int MaxProgramLines = 40;

    [Fact]
    public void No_file_is_too_long_to_be_read() =>
        Assert.All(Repository.Files("*.cs"), file => Assert.True(File.ReadLines(file).Count() <= MaxLines, Repository.Relative(file)));

    [Fact]
    public void A_program_is_only_wiring() =>
        Assert.All(Repository.Files("Program.cs"), file => Assert.True(File.ReadLines(file).Count() <= MaxProgramLines, Repository.Relative(file)));

    [Fact]
    public void No_type_bears_the_last_word_of_its_namespace()
    {
        foreach (var file in Repository.Files("*.cs"))
        {
            var text = File.ReadAllText(file);
            var last = Namespace().Match(text).Groups[1].Value.Split('.')[^1];
            Assert.DoesNotContain(Types().Matches(text).Select(m => m.Groups[1].Value), name => name == last);
        }
    }

    [Theory]
    [InlineData("Helper")]
    [InlineData("Helpers")]
    [InlineData("Utils")]
    [InlineData("Manager")]
    [InlineData("Common")]
    public void No_file_has_a_name_that_says_nothing(string word) =>
        Assert.DoesNotContain(Repository.Files("*.cs"), file => Path.GetFileNameWithoutExtension(file).EndsWith(word, StringComparison.Ordinal));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+(\w+)")]
    private static partial Regex Types();
}
