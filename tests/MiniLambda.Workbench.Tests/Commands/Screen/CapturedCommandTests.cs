using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Screen;
using MiniLambda.Workbench.Screens;
using CommandOutcome = MiniLambda.Workbench.Screens.CommandOutcome;

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

    [Fact]
    public async Task Lines_come_while_a_command_runs_and_it_can_be_stopped()
    {
        var (printed, came) = (new PrintedLines(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        printed.Came += () => came.TrySetResult();
        using var stop = new CancellationTokenSource();

        var running = RunAsync(["events", "--follow", "--after", "0"], printed, stop.Token);
        await came.Task.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.False(running.IsCompleted);
        Assert.StartsWith("TIME", printed.Take()[0].Text, StringComparison.Ordinal);

        await stop.CancelAsync();

        Assert.Equal(ExitCodes.Interrupted, (await running).ExitCode);
    }

    [Fact]
    public async Task What_is_asked_for_at_a_terminal_is_not_done_unasked()
    {
        var printed = new PrintedLines();

        var outcome = await RunAsync(["cancel", "--all"], printed, CancellationToken.None);

        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Contains(printed.Take(), line => line.IsError && line.Text.Contains("--yes does it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("workbench", "")]
    [InlineData("workbench --server http://home:7070 --token s3cret", "--server http://home:7070")]
    [InlineData("workbench --context 'my home'", "--context 'my home'")]
    public void Commands_that_are_shown_name_the_cluster_and_no_token(string line, string flags)
    {
        Assert.True(Workbench.Repl.Language.ShellWords.TrySplit(line, out var words, out _));
        var (parsed, global) = CommandLine.Parse([.. words], CommandTerminal.System());

        Assert.Equal(flags, WorkbenchCommand.ClusterFlags(parsed, global));
    }

    private Task<CommandOutcome> RunAsync(string[] args, PrintedLines printed, CancellationToken cancellationToken) => CapturedCommand.RunAsync(
        args, null, printed, new ClusterTarget("", cluster.Url, "s3cret"), CommandTerminal.System(), cancellationToken);

    private Task<CommandOutcome> RunAsync(string[] args, byte[]? input) => CapturedCommand.RunAsync(
        args, input, null, new ClusterTarget("", cluster.Url, "s3cret"), CommandTerminal.System(), CancellationToken.None);
}
