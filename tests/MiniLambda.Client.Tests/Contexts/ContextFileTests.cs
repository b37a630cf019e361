using System.Runtime.Versioning;
using CsCheck;
using MiniLambda.Client.Contexts;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Client.Tests.Contexts;

[UnsupportedOSPlatform("windows")]
public sealed class ContextFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly ClusterContext Attic = new("attic", new Uri("http://attic.local:7070"), "s3cret");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file_holds_nothing()
    {
        var file = ContextFile.Read(_folder.At("none.toml"));
        Assert.Empty(file.Contexts);
        Assert.Equal("", file.Current);
    }

    [Fact]
    public void What_is_saved_is_read_again()
    {
        var names = Gen.Char[' ', '\u017f'].Array[1, 12].Select(chars => new string(chars));
        var contexts = Gen.Select(names, Gen.Int[1, 65535], names, (name, port, token) => new ClusterContext(name, new Uri($"http://host:{port}"), token));
        contexts.Array[1, 5].Sample(
            wanted =>
            {
                var path = _folder.At($"{Guid.NewGuid()}.toml");
                var file = ContextFile.Read(path);
                foreach (var context in wanted)
                    file.Put(context);
                file.Save();
                var again = ContextFile.Read(path);
                Assert.Equal(wanted[^1].Name, again.Current);
                Assert.Equal(file.Contexts.OrderBy(c => c.Name, StringComparer.Ordinal), again.Contexts.OrderBy(c => c.Name, StringComparer.Ordinal));
            },
            iter: 100);
    }

    [Fact]
    public void The_authority_of_a_context_is_kept()
    {
        using var authority = CertificateAuthority.Create(TimeProvider.System.GetUtcNow());
        var path = _folder.At("pinned.toml");
        var file = ContextFile.Read(path);
        file.Put(Attic with { Authority = authority.Pinned });
        file.Save();
        Assert.Equal(authority.Pinned, ContextFile.Read(path).Find("attic")!.Authority);
        _folder.Write("pem.toml", $"[contexts.attic]\nserver = \"https://attic:1\"\nauthority = \"\"\"\n{authority.ExportCertificatePem()}\n\"\"\"\n");
        Assert.Equal(authority.Pinned, ContextFile.Read(_folder.At("pem.toml")).Find("attic")!.Authority);
    }

    [Fact]
    public void An_authority_that_is_none_is_told_with_its_line()
    {
        var path = _folder.Write("wrong.toml", "[contexts.attic]\nserver = \"https://attic:1\"\nauthority = \"AAAA\"\n");
        Assert.StartsWith($"{path}:3: 'authority' of context 'attic' must be a certificate", Assert.Throws<FormatException>(() => ContextFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_is_for_its_owner_alone_in_a_folder_that_is_made_for_it()
    {
        var path = Save("deep/er/config.toml");
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal(["config.toml"], Directory.GetFileSystemEntries(_folder.At("deep/er")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_was_open_to_others_is_closed_by_saving()
    {
        var path = _folder.Write("config.toml", "");
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.OtherRead);
        Save("config.toml");
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_draft_that_was_left_behind_open_to_others_does_not_open_the_file()
    {
        var draft = _folder.Write($"config.toml.{Environment.ProcessId}.tmp", "");
        File.SetUnixFileMode(draft, OwnerOnly | UnixFileMode.OtherRead);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Save("config.toml")));
        Assert.Equal(["config.toml"], _folder.Names);
    }

    [Fact]
    public void A_failed_save_leaves_no_draft_with_a_token_behind()
    {
        Directory.CreateDirectory(_folder.At("config.toml"));
        var file = ContextFile.Read(_folder.At("config.toml"));
        file.Put(Attic);
        Assert.ThrowsAny<SystemException>(file.Save);
        Assert.Equal(["config.toml"], _folder.Names);
    }

    [Fact]
    public void A_context_of_the_same_name_is_replaced_and_used()
    {
        var file = ContextFile.Read(_folder.At("config.toml"));
        file.Put(Attic);
        file.Put(new ClusterContext("cellar", Attic.Server, ""));
        file.Put(Attic with { Token = "new" });
        Assert.Equal("attic", file.Current);
        Assert.Equal("new", file.Find("attic")?.Token);
        Assert.Equal(2, file.Contexts.Count);
    }

    [Fact]
    public void Whether_calls_are_signed_is_kept()
    {
        var file = ContextFile.Read(_folder.At("config.toml"));
        file.Put(Attic with { Sign = true });
        file.Save();
        Assert.True(ContextFile.Read(file.Location).Find("attic")?.Sign);
    }

    [Fact]
    public void Only_a_context_that_is_there_can_be_used()
    {
        var file = ContextFile.Read(_folder.At("config.toml"));
        file.Put(Attic);
        Assert.False(file.Use("cellar"));
        Assert.Equal("attic", file.Current);
    }

    [Theory]
    [InlineData("contexts = [", "this is no TOML: ")]
    [InlineData("contexts = 7", "'contexts' must be a table")]
    [InlineData("current = 7", "'current' must be a text")]
    [InlineData("contexts.a = 7", "context 'a' must be a table with 'server' and 'token'")]
    [InlineData("contexts.a.token = 'x'", "'server' of context 'a' must be a URL such as http://127.0.0.1:7070")]
    [InlineData("contexts.a.server = ''", "'server' of context 'a' must be a URL such as http://127.0.0.1:7070")]
    [InlineData("contexts.a.server = 'attic'", "'server' of context 'a' must be a URL such as http://127.0.0.1:7070")]
    [InlineData("contexts.a.server = 'ftp://attic'", "'server' of context 'a' must be a URL such as http://127.0.0.1:7070")]
    [InlineData("contexts.a.server = 7", "'server' of context 'a' must be a text")]
    [InlineData("contexts.a = { server = 'http://x', token = 7 }", "'token' of context 'a' must be a text")]
    [InlineData("contexts.a = { server = 'http://x', sign = 'yes' }", "'sign' of context 'a' must be true or false")]
    public void A_damaged_file_is_refused_with_its_place(string text, string problem)
    {
        var path = _folder.Write("config.toml", text);
        var refusal = Assert.Throws<FormatException>(() => ContextFile.Read(path));
        Assert.StartsWith($"{path}:1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($": {problem}", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var path = _folder.Write("config.toml", "current = 1\n[contexts.a]\nserver = 'x'\n[contexts.b]\nserver = 2\ntoken = 3\n");
        var refusal = Assert.Throws<FormatException>(() => ContextFile.Read(path));
        Assert.Equal(4, refusal.Message.Split('\n').Length);
    }

    [Fact]
    public void A_context_may_be_without_a_token()
    {
        var path = _folder.Write("config.toml", "[contexts.a]\nserver = 'https://attic'\n");
        Assert.Equal(new ClusterContext("a", new Uri("https://attic"), ""), Assert.Single(ContextFile.Read(path).Contexts));
    }

    [Fact]
    public void The_usual_place_follows_the_variable_and_else_the_home_folder()
    {
        Assert.Equal("/x/minilambda/config.toml", ContextFile.UsualLocation(name => name == "XDG_CONFIG_HOME" ? "/x" : null));
        Assert.EndsWith("/.config/minilambda/config.toml", ContextFile.UsualLocation(_ => null), StringComparison.Ordinal);
    }

    private string Save(string name)
    {
        var file = ContextFile.Read(_folder.At(name));
        file.Put(Attic);
        file.Save();
        return file.Location;
    }
}
