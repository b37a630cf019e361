using System.Diagnostics;

namespace MiniLambda.Hosting.Tests;

public sealed class DaemonCommandTests
{
    private const int Sigint = 2;
    private const int Sigterm = 15;

    [Theory]
    [InlineData("--help")]
    [InlineData("serve --help")]
    public async Task Help_lists_every_setting_with_its_default_and_its_other_names(string arguments)
    {
        var run = await DaemonRun.Of(arguments);
        Assert.Equal(0, run.Code);
        Assert.Null(run.Served);
        string[] parts =
        [
            "--slots <n>", "functions run at once (default: 2) [MINILAMBDA_SLOTS, slots]",
            "--artifact-cache <size>", "room for artifacts (default: 1GiB) [MINILAMBDA_ARTIFACT_CACHE, artifact_cache]",
            "--isolation <process|thread>", "wall around functions (default: process)",
            "--label <key=value>", "[MINILAMBDA_LABELS, table labels]",
            "--grace <duration>", "(default: 10s)", "--drained", "(default: false)", "--config <file>", "--verbose",
        ];
        Assert.All(parts, part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Version_is_told_without_serving()
    {
        var run = await DaemonRun.Of("--version");
        Assert.Equal(0, run.Code);
        Assert.NotEmpty(run.Output.Trim());
        Assert.Null(run.Served);
    }

    [Theory]
    [InlineData("--no-such")]
    [InlineData("dance")]
    [InlineData("--slots")]
    [InlineData("--slots 1 --slots 2")]
    public async Task Wrong_usage_ends_with_2(string arguments)
    {
        var run = await DaemonRun.Of(arguments);
        Assert.Equal(2, run.Code);
        Assert.Null(run.Served);
        Assert.Equal("try: sample --help", run.Errors[^1]);
    }

    [Fact]
    public async Task The_code_that_serving_answers_is_the_exit_code()
    {
        var run = await DaemonRun.Of("", serve: (_, _) => Task.FromResult(1));
        Assert.Equal(1, run.Code);
    }

    [Fact]
    public async Task A_failure_is_one_line_and_ends_with_1()
    {
        var run = await DaemonRun.Of("", serve: (_, _) => throw new IOException("the disk is full\nsecond line"));
        Assert.Equal((1, "error: the disk is full\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task A_failure_shows_its_stack_trace_when_verbose()
    {
        var run = await DaemonRun.Of("--verbose", serve: (_, _) => throw new IOException("the disk is full"));
        Assert.Equal(1, run.Code);
        Assert.Contains("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_ends_with_2()
    {
        var run = await DaemonRun.Of("", serve: (_, _) => throw new ConfigurationException("no token"));
        Assert.Equal((2, "error: no token\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure()
    {
        var run = await DaemonRun.Of("", serve: (_, _) => throw new OperationCanceledException("gave up"));
        Assert.Equal((1, "error: gave up\n"), (run.Code, run.Error));
    }

    [SignalFact(Sigterm)]
    public Task SIGTERM_stops_it_cleanly() => StopsCleanlyAsync(Sigterm);

    [SignalFact(Sigint)]
    public Task SIGINT_stops_it_cleanly() => StopsCleanlyAsync(Sigint);

    private static async Task StopsCleanlyAsync(int signal)
    {
        var run = await DaemonRun.Of("", serve: async (_, token) =>
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{Environment.ProcessId}"]);
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 1;
        });
        Assert.Equal((0, ""), (run.Code, run.Error));
    }
}
