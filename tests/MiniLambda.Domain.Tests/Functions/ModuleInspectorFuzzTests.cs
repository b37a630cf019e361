using CsCheck;
using MiniLambda.Domain.Functions;
using static MiniLambda.Domain.Tests.Functions.WasmBytes;

namespace MiniLambda.Domain.Tests.Functions;

/// <summary>Whatever the bytes, the inspector gives facts or says what is wrong with them.</summary>
public sealed class ModuleInspectorFuzzTests
{
    // Section numbers, kinds and flags; types and their prefixes; the bounds of one byte of a LEB128 number.
    private static readonly byte[] Telling = [0, 1, 2, 3, 4, 5, 8, 14, 0x40, 0x60, 0x63, 0x64, 0x70, 0x7f, 0x80, 0x81, 0xc0, 0xff];

    [Theory]
    [InlineData("hello")]
    [InlineData("json-transform")]
    [InlineData("wordcount")]
    [InlineData("hello-component")]
    public void A_module_cut_anywhere_but_between_sections_is_told_as_truncated(string example)
    {
        var bytes = Example(example);
        var boundaries = Boundaries(bytes).ToHashSet();
        Assert.Contains(bytes.Length, boundaries);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var problem = Problem(bytes[..length]);
            if (boundaries.Contains(length))
                Assert.Null(problem);
            else
                Assert.StartsWith(length == 0 ? "is empty" : "is truncated", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_module_with_any_byte_of_its_outline_changed_is_read_or_told()
    {
        var bytes = Example("hello");
        var outline = Boundaries(bytes).First(end => bytes[end] == 10);
        for (var at = 0; at < outline; at++)
        {
            var original = bytes[at];
            foreach (var value in Telling)
            {
                bytes[at] = value;
                AssertReadOrTold(bytes);
            }

            bytes[at] = original;
        }
    }

    [Fact]
    public void A_byte_changed_in_code_or_data_changes_no_fact()
    {
        var bytes = Example("hello");
        var facts = Inspect(bytes);
        var (start, end) = (Boundaries(bytes).First(end => bytes[end] == 10) + 4, Boundaries(bytes).First(end => bytes[end] == 11));
        Gen.Select(Gen.Int[start, end - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] changed = [.. bytes];
            changed[at] = value;
            Assert.Equivalent(facts, Inspect(changed), strict: true);
        });
    }

    [Fact]
    public void Random_bytes_are_told() => Gen.Byte.Array[0, 300].Sample(AssertReadOrTold, iter: 5_000);

    [Fact]
    public void Random_bytes_after_a_header_are_read_or_told() => Gen.Select(Gen.Bool, Gen.Byte.Array[0, 300]).Sample(
        (component, rest) => AssertReadOrTold([.. component ? ComponentHeader : CoreHeader, .. rest]), iter: 20_000);

    [Fact]
    public void Well_framed_sections_of_small_random_bytes_are_read_or_told()
    {
        // Small numbers are what counts, kinds and flags look like: most of these get past the first check.
        var content = Gen.Frequency((5, Gen.Byte[0, 8]), (1, Gen.Byte)).Array[0, 40];
        Gen.Select(Gen.Frequency((3, Gen.OneOf<byte>(2, 5, 7)), (1, Gen.Byte[0, 15])), content).Array[0, 6].Sample(
            sections => AssertReadOrTold(Module([.. sections.Select(s => Section(s.Item1, s.Item2))])), iter: 20_000);
    }

    private static void AssertReadOrTold(byte[] module)
    {
        ModuleFacts facts;
        try
        {
            facts = Inspect(module);
        }
        catch (ModuleFormatException e)
        {
            Assert.Matches("^(is|has) .+", e.Message);
            Assert.DoesNotContain(e.Message, char.IsControl);
            return;
        }

        Assert.Equal(module.Length, facts.Size);
        Assert.InRange(facts.Imports.Count + facts.Exports.Count + facts.Memories.Count, 0, module.Length);
        Assert.All(ModuleRules.Problems(facts, "_start"), problem => Assert.DoesNotContain(problem, char.IsControl));
    }

    /// <summary>Where the header and each section end.</summary>
    private static IEnumerable<int> Boundaries(byte[] module)
    {
        yield return CoreHeader.Length;
        for (var at = CoreHeader.Length; at < module.Length;)
        {
            var size = 0;
            var shift = 0;
            do
            {
                size |= (module[++at] & 0x7f) << shift;
                shift += 7;
            }
            while ((module[at] & 0x80) != 0);
            at += 1 + size;
            yield return at;
        }
    }
}
