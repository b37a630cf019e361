namespace MiniLambda.Hosting.Tests;

public sealed class DataFolderTests
{
    [Fact]
    public void A_folder_is_made_and_found_again()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("data/deep");
        DataFolder.Open(path);
        DataFolder.Open(path);
        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public void A_file_is_no_data_folder()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("file", "");
        var refused = Assert.Throws<ConfigurationException>(() => DataFolder.Open(path));
        Assert.Equal($"data folder {path}: it is a file; name a folder with --data", refused.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_with_the_flag_that_names_another()
    {
        var refused = Assert.Throws<ConfigurationException>(() => DataFolder.Open("/dev/null/data"));
        Assert.StartsWith("data folder /dev/null/data: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("; name another with --data", refused.Message, StringComparison.Ordinal);
    }
}
