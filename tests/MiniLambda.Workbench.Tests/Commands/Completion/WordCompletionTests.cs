using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Completion;

namespace MiniLambda.Workbench.Tests.Commands.Completion;

public sealed class WordCompletionTests
{
    [Theory]
    [InlineData("|inv", "invoke")]
    [InlineData("|jo", "job join-token")]
    [InlineData("|compl", "completion")] // What only scripts call is not offered.
    [InlineData("job |sh", "show")]
    [InlineData("--context home job |sh", "show")]
    [InlineData("job --quiet |sh", "show")]
    [InlineData("job list --st|", "--state")]
    [InlineData("job list |--con", "--context")]
    [InlineData("job list --limit 3 |--li", "")] // Given once is enough.
    [InlineData("job list --state queued |--sta", "--state")]
    [InlineData("job list --state |", "queued leased running succeeded failed timed-out cancelled")]
    [InlineData("job list --state=f|", "failed")]
    [InlineData("job list --state |ti", "timed-out")]
    [InlineData("job list -o |", "table wide json")]
    [InlineData("run x --isolation |p", "process")]
    [InlineData("completion |", "bash zsh fish pwsh")]
    [InlineData("init x --template |w", "wat")]
    [InlineData("submit f -- |--wa", "")]
    [InlineData("nonsense |", "")]
    [InlineData("job list --nonsense=|", "")]
    public void What_the_command_tree_knows_is_offered(string line, string words) =>
        Assert.Equal(words, string.Join(' ', Complete(line).Words.Select(w => w.Value)));

    [Theory]
    [InlineData("invoke |", "Functions, Files")]
    [InlineData("submit |", "Functions, Files")]
    [InlineData("submit f |", "Files")]
    [InlineData("submit f -- |", "Files")]
    [InlineData("submit f --input |", "Files")]
    [InlineData("run |", "Files")]
    [InlineData("run --dir |", "Folders")]
    [InlineData("up --data |", "Folders")]
    [InlineData("function show |", "Functions")]
    [InlineData("function push |", "Files")]
    [InlineData("job show |", "Jobs")]
    [InlineData("status |", "Jobs")]
    [InlineData("logs -f |", "Jobs")]
    [InlineData("job wait j-1 |", "Jobs")]
    [InlineData("cancel |", "OpenJobs")]
    [InlineData("job cancel j-1 |", "OpenJobs")]
    [InlineData("result |", "EndedJobs")]
    [InlineData("result j-1 -o |", "Files")]
    [InlineData("result j-1 |", "None")]
    [InlineData("job retry |", "EndedJobs")]
    [InlineData("deadletter redrive |", "DeadJobs")]
    [InlineData("worker drain |", "Workers")]
    [InlineData("token revoke |", "Tokens")]
    [InlineData("context use |", "Contexts")]
    [InlineData("job list --context |", "Contexts")]
    [InlineData("job list --function=|", "Functions")]
    [InlineData("job list --worker |", "Workers")]
    [InlineData("repl |", "Files")]
    public void Where_to_ask_for_names_is_known(string line, string sources) => Assert.Equal(sources, Complete(line).Sources.ToString());

    [Fact]
    public void Commands_come_with_what_they_do() =>
        Assert.Equal("The version of this program", Assert.Single(Complete("|vers").Words).Description);

    private static WordCompletion Complete(string line)
    {
        var at = line.LastIndexOf(' ') + 1;
        var words = line[..at].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return WordCompletion.Of(CommandTree.Create(new GlobalOptions(), CommandTerminal.System()), words, line[at..].Replace("|", "", StringComparison.Ordinal));
    }
}
