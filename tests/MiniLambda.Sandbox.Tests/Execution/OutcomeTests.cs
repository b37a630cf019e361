using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Execution;

public abstract class OutcomeTests(TestSandbox sandbox)
{
    [Fact]
    public async Task A_guest_that_returns_has_succeeded()
    {
        var (result, output) = await sandbox.RunAsync("succeeds");

        Assert.Equal((AttemptOutcome.Succeeded, 0, ""), (result.Outcome, result.ExitCode, result.Message));
        Assert.True(output.HasStarted);
        Assert.Equal(64 << 10, result.Usage.PeakMemoryBytes);
    }

    [Fact]
    public async Task Every_exit_code_of_a_process_comes_through()
    {
        var module = await sandbox.PrepareAsync("exits_with_its_first_stdin_byte");
        for (var code = 1; code <= 255; code++)
        {
            var result = sandbox.Engine.Run(module, TestSandbox.Request() with { Stdin = new[] { (byte)code } }, new CapturedOutput(), default);
            Assert.Equal((AttemptOutcome.Exit, code, $"the function exited with code {code}"), (result.Outcome, result.ExitCode, result.Message));
        }
    }

    [Fact]
    public async Task Exiting_with_0_is_a_success()
    {
        var (result, _) = await sandbox.RunAsync("exits_with_its_first_stdin_byte", TestSandbox.Request() with { Stdin = new byte[1] });

        Assert.Equal((AttemptOutcome.Succeeded, 0), (result.Outcome, result.ExitCode));
    }

    [Theory]
    [InlineData("unreachable", "unreachable code")]
    [InlineData("memory_out_of_bounds", "memory access out of bounds")]
    [InlineData("stack_overflow", "stack overflow in deeper")]
    [InlineData("division_by_zero", "division by zero")]
    [InlineData("integer_overflow", "integer overflow")]
    [InlineData("bad_conversion", "conversion to integer out of range")]
    [InlineData("table_out_of_bounds", "table access out of bounds")]
    [InlineData("indirect_call_to_null", "indirect call to null")]
    [InlineData("wrong_signature", "indirect call with the wrong signature")]
    public async Task A_trap_is_named(string trap, string name)
    {
        var (result, _) = await sandbox.RunAsync($"traps/{trap}");

        Assert.Equal((AttemptOutcome.Trap, null, $"the function trapped: {name}"), (result.Outcome, result.ExitCode, result.Message));
    }

    [Fact]
    public async Task A_missing_entry_is_named()
    {
        var (result, _) = await sandbox.RunAsync("succeeds", TestSandbox.Request() with { Entry = "handle" });

        Assert.Equal(AttemptOutcome.BadModule, result.Outcome);
        Assert.Contains("'handle'", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_import_is_named()
    {
        var (result, _) = await sandbox.RunAsync("imports_what_nobody_provides");

        Assert.Equal(AttemptOutcome.BadModule, result.Outcome);
        Assert.Contains("env::launch_missiles", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Message);
    }

    [Theory]
    [InlineData("traps_in_a_function_with_a_steering_name", @"\x1b[2J\x0a\u202eowned")]
    [InlineData("imports_a_steering_name", @"\x1b]0;owned\x07")]
    public async Task No_name_in_a_module_can_steer_a_terminal(string fixture, string shown)
    {
        var (result, _) = await sandbox.RunAsync(fixture);

        Assert.Contains(shown, result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Message, c => char.IsControl(c) || c == '\u202e');
    }

    [Fact]
    public async Task A_fault_of_whoever_takes_the_output_is_thrown_and_hurts_nobody_else()
    {
        var output = new CapturedOutput { OnStdout = () => throw new IOException("no space left") };

        var fault = await Assert.ThrowsAsync<IOException>(() => sandbox.RunAsync("writes_to_stdout_forever", output: output));

        Assert.Equal("no space left", fault.Message);
        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("succeeds")).Result.Outcome);
    }
}

public sealed class OutcomeInProcessTests(ProcessSandbox sandbox) : OutcomeTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class OutcomeInThreadTests(ThreadSandbox sandbox) : OutcomeTests(sandbox), IClassFixture<ThreadSandbox>;
