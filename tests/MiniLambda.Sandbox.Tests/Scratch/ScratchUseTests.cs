using MiniLambda.Sandbox.Scratch;

namespace MiniLambda.Sandbox.Tests.Scratch;

public sealed class ScratchUseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_count_with_their_bytes_and_folders_as_entries()
    {
        Directory.CreateDirectory(_folder.At("a/b"));
        File.WriteAllBytes(_folder.At("a/one"), new byte[10]);
        File.WriteAllBytes(_folder.At("a/b/two"), new byte[5]);

        Assert.Equal(new ScratchUse(15, 4, IsTooDeep: false), ScratchUse.Of(_folder.FullName));
    }

    [Fact]
    public void Links_in_a_circle_are_not_followed()
    {
        Directory.CreateSymbolicLink(_folder.At("one"), ".");
        Directory.CreateSymbolicLink(_folder.At("two"), ".");
        File.CreateSymbolicLink(_folder.At("three"), "/etc/passwd");

        Assert.Equal(new ScratchUse(0, 3, IsTooDeep: false), ScratchUse.Of(_folder.FullName));
    }

    [Fact]
    public void Folders_that_are_nested_too_deep_to_be_measured_are_told()
    {
        Directory.CreateDirectory(_folder.At(Path.Combine([.. Enumerable.Repeat(new string('d', 200), 10)])));

        Assert.True(ScratchUse.Of(_folder.FullName).IsTooDeep);
    }
}
