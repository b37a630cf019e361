using System.CommandLine;
using MiniLambda.Hosting.Tests.Settings;

namespace MiniLambda.Hosting.Tests;

public sealed class DaemonVerbTests
{
    [Theory]
    [InlineData("tidy attic --slots 5")]
    [InlineData("--slots 5 tidy attic")]
    public async Task A_verb_gets_its_arguments_and_the_settings_it_reads_and_its_code_is_the_exit_code(string arguments)
    {
        var run = await DaemonRun.Of(arguments, verbs: Tidy());
        Assert.Equal((3, "attic 5\n"), (run.Code, run.Output));
        Assert.Null(run.Served);
    }

    [Theory]
    [InlineData("tidy")]
    [InlineData("tidy attic --grace 5s")]
    public async Task A_verb_without_its_argument_or_with_a_setting_that_it_does_not_read_is_wrong_usage(string arguments)
    {
        var run = await DaemonRun.Of(arguments, verbs: Tidy());
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task A_wrong_setting_is_refused_before_a_verb_begins()
    {
        var run = await DaemonRun.Of("tidy attic --slots many", verbs: Tidy());
        Assert.Equal((2, ""), (run.Code, run.Output));
    }

    [Fact]
    public async Task Help_lists_the_verbs_and_that_of_a_verb_only_its_settings()
    {
        Assert.Contains("tidy <room>", (await DaemonRun.Of("--help", verbs: Tidy())).Output, StringComparison.Ordinal);
        var help = (await DaemonRun.Of("tidy --help", verbs: Tidy())).Output;
        Assert.Contains("--slots", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--grace", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_verb_fails_at_is_told_in_one_line()
    {
        var run = await DaemonRun.Of("tidy attic", verbs: Tidy(fails: true));
        Assert.Equal((1, "error: the attic is locked\n"), (run.Code, run.Error));
    }

    private static DaemonVerb<SampleOptions> Tidy(bool fails = false)
    {
        var room = new Argument<string>("room");
        return new DaemonVerb<SampleOptions>(
            new Command("tidy", "Tidies a room") { room }, [nameof(SampleOptions.Slots)],
            async (options, flags, _) =>
            {
                if (fails)
                    throw new IOException("the attic is locked\nby somebody");
                await flags.InvocationConfiguration.Output.WriteLineAsync($"{flags.GetValue(room)} {options.Slots}");
                return 3;
            });
    }
}
