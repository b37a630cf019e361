using System.Runtime.Versioning;
using MiniLambda.Domain.Folders;

namespace MiniLambda.Domain.Tests.Folders;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    private string Data => Path.Combine(_folder.FullName, "a", "b");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_new_folder_is_its_owners_alone()
    {
        PrivateFolder.Create(Data);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Data));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_folder_that_was_open_to_others_is_closed_and_keeps_what_is_in_it(UnixFileMode extra)
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "file"), "text");
        File.SetUnixFileMode(Data, OwnerOnly | extra);
        PrivateFolder.Create(Data);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Data));
        Assert.Equal("text", File.ReadAllText(Path.Combine(Data, "file")));
    }

    [Fact]
    public void A_folder_that_users_share_is_left_as_it_is_and_refused()
    {
        const UnixFileMode shared = OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;
        Directory.CreateDirectory(Data);
        File.SetUnixFileMode(Data, shared);
        Assert.Contains("users share", Assert.Throws<IOException>(() => PrivateFolder.Create(Data)).Message, StringComparison.Ordinal);
        Assert.Equal(shared, File.GetUnixFileMode(Data));
    }
}
