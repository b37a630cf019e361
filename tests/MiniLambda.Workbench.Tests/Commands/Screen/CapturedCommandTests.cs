using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Screen;

namespace MiniLambda.Workbench.Tests.Commands.Screen;

[Collection(ClusterGroup.Name)]
public sealed class CapturedCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task What_it_prints_is_kept_and_the_cluster_is_the_one_on_screen()
    {
        await cluster.PushAsync("captured");

        var outcome = await RunAsync(["submit", "captured", "--wait", "--input", "-"], "to stdin"u8.ToArray());

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith("j-", outcome.Out);
    }

    [Fact]
    public async Task What_went_wrong_is_kept_too()
    {
        var outcome = await RunAsync(["submit", "no-such-function"], null);

        Assert.Equal(ExitCodes.NotRun, outcome.ExitCode);
        Assert.Contains("no-such-function", outcome.Error);
    }

    [Fact]
    public async Task A_command_without_arguments_opens_no_workbench_within_the_workbench()
    {
        var outcome = await RunAsync(["workbench"], null);

        Assert.Equal(ExitCodes.Usage, outcome.ExitCode);
        Assert.Contains("needs a terminal", outcome.Error);
    }

    [Fact]
    public void A_line_is_completed_from_the_grammar_and_from_what_is_on_screen()
    {
        Assert.Contains("function", LineCompletion.Of("func", Workbench.Live.Snapshot.Empty));
        Assert.Contains("list", LineCompletion.Of("function ", Workbench.Live.Snapshot.Empty));
        Assert.Contains("laptop", LineCompletion.Of("worker drain l", Tests.Screens.Shell.FixedCluster.Home()));
        Assert.Contains("--label", LineCompletion.Of("submit x --la", Workbench.Live.Snapshot.Empty));
    }

    private Task<Workbench.Screens.CommandOutcome> RunAsync(string[] args, byte[]? input) => CapturedCommand.RunAsync(
        args, input, new ClusterTarget("", cluster.Url, "s3cret"), CommandTerminal.System(), CancellationToken.None);
}
