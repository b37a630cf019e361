using System.Text;
using MiniLambda.Client.Contexts;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands.Login;

public sealed class LoginCommandTests(SecureCluster cluster) : IClassFixture<SecureCluster>
{
    private readonly string _config = $"config-{Guid.NewGuid():N}";

    [Fact]
    public async Task Who_logs_in_pins_the_authority_and_the_other_commands_go_there()
    {
        var typed = await RunAsync("s3cret\n", "login", cluster.Url, "--fingerprint", cluster.Fingerprint, "--name", "attic", "--token-stdin");
        Assert.Equal((0, "", $"context attic: {cluster.Url}"), (typed.ExitCode, typed.Error, typed.Out.Split(" as ")[0].Trim()));
        var context = Assert.Single(Contexts().Contexts);
        Assert.Equal(("attic", "s3cret", cluster.Fingerprint), (context.Name, context.Token, $"{context.Authority!.Fingerprint}"));
        Assert.Contains(cluster.Fingerprint, (await RunAsync("", "context", "show")).Out, StringComparison.Ordinal);
        Assert.Contains("local-1", (await RunAsync("", "worker", "list")).Out, StringComparison.Ordinal);
        // The context is found by its place alone, and by its URL.
        Assert.Equal(0, (await RunAsync("", "worker", "list", "--server", new Uri(cluster.Url).Authority)).ExitCode);
        Assert.Equal(0, (await RunAsync("", "worker", "list", "--server", cluster.Url)).ExitCode);
    }

    [Fact]
    public async Task Without_a_terminal_the_fingerprint_is_told_and_must_be_named()
    {
        var typed = await RunAsync("s3cret\n", "login", cluster.Url, "--token-stdin");
        Assert.Equal(2, typed.ExitCode);
        Assert.Contains(cluster.Fingerprint, Assert.Single(typed.Errors), StringComparison.Ordinal);
        Assert.Empty(Contexts().Contexts);
    }

    [Fact]
    public async Task Another_authority_than_the_named_one_is_refused()
    {
        var other = $"sha256:{new string('0', 64)}";
        var typed = await RunAsync("s3cret\n", "login", cluster.Url, "--fingerprint", other, "--token-stdin");
        Assert.Equal(1, typed.ExitCode);
        Assert.Contains($"its authority is {cluster.Fingerprint}, not {other}", Assert.Single(typed.Errors), StringComparison.Ordinal);
        Assert.Empty(Contexts().Contexts);
    }

    [Fact]
    public async Task A_wrong_token_is_not_kept()
    {
        var typed = await RunAsync("wrong\n", "login", cluster.Url, "--fingerprint", cluster.Fingerprint, "--token-stdin");
        Assert.Equal(4, typed.ExitCode);
        Assert.Empty(Contexts().Contexts);
    }

    [Fact]
    public async Task At_a_terminal_a_person_compares_and_types_the_token_unseen()
    {
        var (code, error, hidden) = await AnswerAsync("y\ns3cret\n");
        Assert.Equal((0, 1), (code, hidden));
        Assert.Contains($"  {cluster.Fingerprint}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
        Assert.Equal(("127.0.0.1", "s3cret"), (Contexts().Current, Contexts().Contexts[0].Token));
    }

    [Theory]
    [InlineData("n\ns3cret\n")]
    [InlineData("\n")]
    [InlineData("")]
    public async Task Who_does_not_confirm_is_not_asked_for_the_token(string answer)
    {
        var (code, error, hidden) = await AnswerAsync(answer);
        Assert.Equal((1, 0), (code, hidden));
        Assert.EndsWith("error: not logged in: the authority was not confirmed\n", error, StringComparison.Ordinal);
        Assert.Empty(Contexts().Contexts);
    }

    [Theory]
    [InlineData("login ftp://attic", "'ftp://attic' is not a URL such as https://orchestrator.lan:7070")]
    [InlineData("login https://127.0.0.1:9 --fingerprint abc", "what names the authority is not a fingerprint")]
    [InlineData("login http://127.0.0.1:9 --fingerprint 3f4c78dba9aeed2ca3a96406854ddd86c92c26fa0ffe7a4a038cc1fe9b5df5ac", "over plain text there is no authority")]
    [InlineData("ps --server https://127.0.0.1:9 --token x --authority abc", "what names the authority is not a fingerprint")]
    public async Task What_makes_no_sense_is_a_usage_error(string line, string problem)
    {
        var typed = await RunAsync("", line.Split(' '));
        Assert.Equal(2, typed.ExitCode);
        Assert.Contains(problem, Assert.Single(typed.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_pinned_nothing_is_told_how_to_log_in()
    {
        var typed = await RunAsync("", "ps", "--server", cluster.Url, "--token", "s3cret");
        Assert.Equal(1, typed.ExitCode);
        Assert.EndsWith($"to trust it: minilambda login {cluster.Url}", Assert.Single(typed.Errors), StringComparison.Ordinal);
    }

    private ContextFile Contexts() => ContextFile.Read(Path.Combine(cluster.Folder.At(_config), "minilambda", "config.toml"));

    private Task<TypedCommand> RunAsync(string input, params string[] args) => cluster.RunAsAsync(_config, input, args);

    /// <summary>Logs in at a terminal; answers the exit code, what was shown, and how often what was typed was not.</summary>
    private async Task<(int ExitCode, string Error, int Hidden)> AnswerAsync(string typed)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var hidden = 0;
        var code = await CommandLine.RunAsync(["login", cluster.Url], new CommandTerminal
        {
            Out = TextWriter.Null,
            Error = error,
            OutStream = Stream.Null,
            ErrorStream = Stream.Null,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(typed)),
            IsInputTerminal = true,
            IsErrorTerminal = true,
            HideTyping = () =>
            {
                hidden++;
                return null;
            },
            Variable = name => name == "XDG_CONFIG_HOME" ? cluster.Folder.At(_config) : null,
        });
        return (code, error.ToString(), hidden);
    }
}
