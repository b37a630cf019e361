using System.Runtime.Versioning;
using MiniLambda.Worker.Identity;

namespace MiniLambda.Orchestrator.Tests.Enrolment;

/// <summary>What a worker that joined keeps on its disk.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class NodeIdentityTests : IAsyncLifetime
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private TestCluster _cluster = null!;
    private NodeIdentity _identity = null!;

    private string File => Path.Combine(_identity.Folder, "identity.json");

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(TestCluster.Secure);
        _identity = await _cluster.JoinAsync("attic");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public void It_is_its_owners_alone_and_read_as_it_was_written()
    {
        Assert.Equal(OwnerOnly, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(["identity.json"], Directory.GetFiles(_identity.Folder).Select(Path.GetFileName));
        var again = NodeIdentity.TryLoad(_identity.Folder)!;
        Assert.Equal((_identity.Name, _identity.Server, _identity.Authority, _identity.Proven), (again.Name, again.Server, again.Authority, again.Proven));
        Assert.Equal(_identity.Certificate.RawData, again.Certificate.RawData);
        Assert.True(again.Certificate.HasPrivateKey);
        Assert.Null(NodeIdentity.TryLoad(Path.Combine(_identity.Folder, "elsewhere")));
    }

    [Fact]
    public void One_that_others_may_read_is_not_used()
    {
        System.IO.File.SetUnixFileMode(File, OwnerOnly | UnixFileMode.OtherRead);
        Assert.Equal($"{File} is open to others; run: chmod 600 {File}", Assert.Throws<IOException>(() => NodeIdentity.TryLoad(_identity.Folder)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("nothing")]
    [InlineData("null")]
    public void A_damaged_one_is_told_with_what_to_do(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var problem = Assert.Throws<IOException>(() => NodeIdentity.TryLoad(_identity.Folder));
        Assert.EndsWith("remove it and join with a new token ('minilambda join-token')", problem.Message, StringComparison.Ordinal);
    }
}
