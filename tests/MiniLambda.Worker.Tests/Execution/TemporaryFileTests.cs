using MiniLambda.Worker.Execution;

namespace MiniLambda.Worker.Tests.Execution;

public sealed class TemporaryFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_removed()
    {
        var path = _folder.At("file");
        File.WriteAllText(path, "text");

        TemporaryFile.Discard(path);

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void What_stands_in_its_place_and_cannot_be_removed_holds_nobody_up()
    {
        var path = _folder.At("folder");
        Directory.CreateDirectory(Path.Combine(path, "with something in it"));

        TemporaryFile.Discard(path);

        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public void Where_there_is_nothing_nothing_is_removed() => TemporaryFile.Discard(_folder.At("missing/file"));
}
