using System.Text;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Discovery;
using MiniLambda.Trust.Links;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Login;

namespace MiniLambda.Workbench.Tests.Commands.Login;

public sealed class DiscoveryTests
{
    private static readonly HeardOrchestrator Attic = new("attic", new Uri("https://10.0.0.7:7070"), Fingerprint.Of([1]));
    private static readonly HeardOrchestrator Cellar = new("cellar", new Uri("https://10.0.0.8:7071"), Fingerprint.Of([2]));

    [Fact]
    public async Task A_person_sees_who_is_there_and_chooses()
    {
        var (chosen, shown) = await ChooseAsync([Attic, Cellar], null, "2\n");
        Assert.Equal(Cellar.Server, chosen);
        foreach (var heard in (HeardOrchestrator[])[Attic, Cellar])
            Assert.Contains(shown.Split('\n'), line => line.Contains($"{heard.Name} ", StringComparison.Ordinal) && line.EndsWith($"{heard.Fingerprint}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0\n")]
    [InlineData("3\n")]
    [InlineData("attic\n")]
    public async Task Who_chooses_none_is_not_logged_in(string answer) =>
        Assert.Equal("not logged in: none was chosen", (await Assert.ThrowsAsync<CommandException>(() => ChooseAsync([Attic, Cellar], null, answer))).Message);

    [Fact]
    public async Task A_fingerprint_that_is_named_chooses()
    {
        Assert.Equal(Cellar.Server, (await ChooseAsync([Attic, Cellar], Cellar.Fingerprint, "", isTerminal: false)).Chosen);
        var none = await Assert.ThrowsAsync<CommandException>(() => ChooseAsync([Attic], Cellar.Fingerprint, ""));
        Assert.Equal($"none of them has the fingerprint {Cellar.Fingerprint}", none.Message);
    }

    [Fact]
    public async Task Without_a_terminal_nobody_is_taken_unnamed() =>
        Assert.Equal(2, (await Assert.ThrowsAsync<CommandException>(() => ChooseAsync([Attic], null, "1\n", isTerminal: false))).ExitCode);

    [Fact]
    public void Whom_an_announcement_named_is_confirmed_also_when_this_system_trusts_its_authority()
    {
        using var root = CertificateAuthority.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var leaf = root.IssueServer(["attic"], new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(1));
        var (own, trusted) = (new FetchedAuthority(root.Pinned), new FetchedAuthority(new PinnedAuthority(leaf.RawData)));
        Assert.True(LoginCommand.MustConfirm(trusted, expected: null, isHeard: true));
        Assert.False(LoginCommand.MustConfirm(trusted, expected: null, isHeard: false));
        Assert.True(LoginCommand.MustConfirm(own, expected: null, isHeard: false));
        Assert.False(LoginCommand.MustConfirm(trusted, trusted.Authority.Fingerprint, isHeard: true));
    }

    [Fact]
    public async Task Where_nobody_is_heard_that_is_said() => Assert.Contains(
        "no orchestrator announces itself", (await Assert.ThrowsAsync<CommandException>(() => ChooseAsync([], null, ""))).Message, StringComparison.Ordinal);

    private static async Task<(Uri Chosen, string Shown)> ChooseAsync(
        HeardOrchestrator[] heard, Fingerprint? expected, string typed, bool isTerminal = true)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using var dialogue = new Dialogue(new CommandTerminal
        {
            Out = TextWriter.Null,
            Error = error,
            OutStream = Stream.Null,
            ErrorStream = Stream.Null,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(typed)),
            IsInputTerminal = isTerminal,
            IsErrorTerminal = isTerminal,
            Variable = _ => null,
        });
        return (await Discovery.ChooseAsync(heard, expected, dialogue, default), error.ToString());
    }
}
