using MiniLambda.Domain.Folders;

namespace MiniLambda.Domain.Tests.Folders;

public sealed class FolderTreeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    public void Dispose()
    {
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Folders_are_removed_however_deep_they_are_nested(int longPaths)
    {
        // Each is as long as a path may be, and gets the one before moved into its innermost folder.
        var inner = "";
        for (var i = 0; i < longPaths; i++)
        {
            var top = Path.Combine(_folder.FullName, $"tree-{i}");
            var bottom = Directory.CreateDirectory(Path.Combine([top, .. Enumerable.Repeat(new string('d', 200), 18)])).FullName;
            File.WriteAllText(Path.Combine(bottom, "file"), "text");
            if (inner.Length > 0)
                Directory.Move(inner, Path.Combine(bottom, "inner"));
            inner = top;
        }

        FolderTree.Delete(_folder.FullName);

        Assert.False(Directory.Exists(_folder.FullName));
    }

    [Fact]
    public void Links_are_removed_and_what_they_lead_to_is_not()
    {
        var outside = Directory.CreateTempSubdirectory("minilambda-");
        File.WriteAllText(Path.Combine(outside.FullName, "file"), "text");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "out"), outside.FullName);
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "round"), ".");

        FolderTree.Delete(_folder.FullName);

        Assert.False(Directory.Exists(_folder.FullName));
        Assert.True(File.Exists(Path.Combine(outside.FullName, "file")));
        outside.Delete(recursive: true);
    }

    [Fact]
    public void What_is_not_there_is_fine() => FolderTree.Delete(Path.Combine(_folder.FullName, "missing"));
}
