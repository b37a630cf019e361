using System.Runtime.Versioning;

namespace MiniLambda.Hosting.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class TokenFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_default_file_is_made_once_for_its_owner_alone()
    {
        var path = _folder.At("data/token");
        var token = await TokenFile.ResolveAsync(null, null, path, createIfMissing: true);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", token);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.Equal(token, await TokenFile.ResolveAsync("", null, path, createIfMissing: true));
        Assert.Equal(["token"], Directory.GetFileSystemEntries(_folder.At("data")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_that_cannot_hold_the_file_is_told()
    {
        var file = _folder.Write("file", "");
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => TokenFile.ResolveAsync(null, null, Path.Combine(file, "token"), true));
        Assert.StartsWith($"token file {file}/token cannot be made: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemons_that_start_at_once_agree_on_one_token()
    {
        var path = _folder.At("token");
        var tokens = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => TokenFile.ResolveAsync(null, null, path, true))));
        Assert.Single(tokens.Distinct());
        Assert.Equal(["token"], _folder.Names);
    }

    [Fact]
    public async Task The_named_file_wins_over_the_environment_and_that_over_the_default_file()
    {
        var named = Private("named", "from-named\n");
        var standard = Private("standard", "from-standard\n");
        Assert.Equal("from-named", await TokenFile.ResolveAsync("from-environment", named, standard, false));
        Assert.Equal("from-environment", await TokenFile.ResolveAsync("from-environment", null, standard, false));
        Assert.Equal("from-standard", await TokenFile.ResolveAsync(null, null, standard, false));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_file_open_to_others_is_refused(UnixFileMode extra)
    {
        var path = Private("token", "secret");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        var refusal = await Refused(null, path);
        Assert.Equal($"token file {path} is open to others; run: chmod 600 {path}", refusal);
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        var path = Private("token", " \n");
        Assert.Equal($"token file {path} is empty", await Refused(null, path));
    }

    [Fact]
    public async Task A_token_of_two_lines_is_refused_without_being_told()
    {
        var refusal = await Refused("first\nsecond", null);
        Assert.StartsWith("MINILAMBDA_TOKEN must hold one line", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("second", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_file_that_is_missing_is_refused() =>
        Assert.StartsWith($"token file {_folder.At("none")} cannot be read: ", await Refused("x", _folder.At("none")), StringComparison.Ordinal);

    [Fact]
    public async Task Without_any_token_it_says_where_to_put_one() =>
        Assert.Equal("no token: set MINILAMBDA_TOKEN, or name a file that holds it with --token-file", await Refused(null, null));

    private string Private(string name, string text)
    {
        var path = _folder.Write(name, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private async Task<string> Refused(string? environment, string? file) => (await Assert.ThrowsAsync<ConfigurationException>(
        () => TokenFile.ResolveAsync(environment, file, _folder.At("default"), createIfMissing: false))).Message;
}
