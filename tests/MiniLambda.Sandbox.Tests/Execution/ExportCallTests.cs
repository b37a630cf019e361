using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Execution;

public abstract class ExportCallTests(TestSandbox sandbox)
{
    [Theory]
    [InlineData("add", "1 2", "3\n")]
    [InlineData("add", "-1 0x10", "15\n")]
    [InlineData("add", "4294967295 0", "-1\n")]
    [InlineData("add", "2147483647 1", "-2147483648\n")]
    [InlineData("add64", "9223372036854775807 1", "-9223372036854775808\n")]
    [InlineData("add64", "0xffffffffffffffff 2", "1\n")]
    [InlineData("halve", "1e3", "500\n")]
    [InlineData("halve", "-Infinity", "-Infinity\n")]
    [InlineData("third", "", "0.33333334\n")]
    [InlineData("divide", "17 5", "3\n2\n")]
    [InlineData("swallow", "5", "")]
    public async Task An_export_gets_numbers_and_what_it_returns_is_printed(string entry, string arguments, string printed)
    {
        var (result, output) = await CallAsync(entry, arguments);

        Assert.Equal((AttemptOutcome.Succeeded, 0, printed), (result.Outcome, result.ExitCode, output.StdoutText));
    }

    [Theory]
    [InlineData("add", "1", "the function 'add' takes 2 arguments (i32, i32); 1 was given")]
    [InlineData("add", "1 2 3", "the function 'add' takes 2 arguments (i32, i32); 3 were given")]
    [InlineData("third", "1", "the function 'third' takes no argument; 1 was given")]
    [InlineData("swallow", "", "the function 'swallow' takes 1 argument (i32); 0 were given")]
    [InlineData("add", "1 two", "argument 2 of the function 'add' is a whole number of type i32: 'two' is not")]
    [InlineData("add", "1 4294967296", "argument 2 of the function 'add' is a whole number of type i32: '4294967296' is not")]
    [InlineData("add", "1 -2147483649", "argument 2 of the function 'add' is a whole number of type i32: '-2147483649' is not")]
    [InlineData("add", "1 0x", "argument 2 of the function 'add' is a whole number of type i32: '0x' is not")]
    [InlineData("add64", "18446744073709551616 1", "argument 1 of the function 'add64' is a whole number of type i64: '18446744073709551616' is not")]
    [InlineData("halve", "1,5", "argument 1 of the function 'halve' is a number of type f64: '1,5' is not")]
    [InlineData("nothing", "", "the module has no export 'nothing' that is a function")]
    [InlineData(
        "refer", "1", "the function 'refer' deals in externref, which a command line cannot give: only numbers can be passed and returned")]
    public async Task A_wrong_call_is_refused_before_anything_runs(string entry, string arguments, string told)
    {
        var (result, output) = await CallAsync(entry, arguments);

        Assert.Equal((AttemptOutcome.BadModule, told), (result.Outcome, result.Message));
        Assert.False(sandbox.Isolation == Isolation.Thread && output.HasStarted);
    }

    [Fact]
    public async Task A_trap_in_an_export_is_named()
    {
        var (result, output) = await CallAsync("divide", "1 0");

        Assert.Equal((AttemptOutcome.Trap, "the function trapped: division by zero", ""), (result.Outcome, result.Message, output.StdoutText));
    }

    [Fact]
    public async Task A_library_is_initialized_before_its_export_is_called()
    {
        var (_, output) = await sandbox.RunAsync("is_initialized_first", TestSandbox.Request() with { Entry = "is_ready" });

        Assert.Equal("1\n", output.StdoutText);
    }

    [Fact]
    public async Task What_an_export_returns_counts_as_output()
    {
        var (result, output) = await sandbox.RunAsync(
            "adds_two_numbers", TestSandbox.Request(l => l with { OutputBytes = 3 }) with { Entry = "add", Args = ["1000", "1"] });

        Assert.Equal((AttemptOutcome.OutputLimit, "100"), (result.Outcome, output.StdoutText));
    }

    private Task<(ExecutionResult Result, CapturedOutput Output)> CallAsync(string entry, string arguments) => sandbox.RunAsync(
        "adds_two_numbers", TestSandbox.Request() with { Entry = entry, Args = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries) });
}

public sealed class ExportCallInProcessTests(ProcessSandbox sandbox) : ExportCallTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class ExportCallInThreadTests(ThreadSandbox sandbox) : ExportCallTests(sandbox), IClassFixture<ThreadSandbox>;
