using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Execution;

public abstract class LimitTests(TestSandbox sandbox)
{
    [Theory]
    [InlineData("loops_forever")]
    [InlineData("loops_while_it_starts")]
    public async Task An_infinite_loop_ends_at_the_timeout(string fixture)
    {
        var (result, _) = await sandbox.RunAsync(fixture, TestSandbox.Request(l => l with { Timeout = TimeSpan.FromMilliseconds(50) }));

        Assert.Equal((AttemptOutcome.Timeout, null), (result.Outcome, result.ExitCode));
        Assert.Equal("the function ran past its timeout of 50ms", result.Message);
    }

    [Fact]
    public async Task An_infinite_loop_ends_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var output = new CapturedOutput { OnStarted = cancel.Cancel };

        var (result, _) = await sandbox.RunAsync("loops_forever", output: output, cancellationToken: cancel.Token);

        Assert.Equal((AttemptOutcome.Cancelled, null, "cancelled"), (result.Outcome, result.ExitCode, result.Message));
    }

    [Fact]
    public async Task An_infinite_loop_ends_when_its_fuel_is_used_up()
    {
        var (result, _) = await sandbox.RunAsync("loops_forever", TestSandbox.Request(l => l with { Fuel = 10_000 }));

        Assert.Equal((AttemptOutcome.FuelLimit, "the function used up its fuel of 10000"), (result.Outcome, result.Message));
        Assert.Equal(10_000, result.Usage.Fuel);
    }

    [Fact]
    public async Task The_used_fuel_is_told()
    {
        var (result, _) = await sandbox.RunAsync("succeeds", TestSandbox.Request(l => l with { Fuel = 10_000 }));

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.InRange(result.Usage.Fuel, 1, 10);
    }

    [Fact]
    public async Task Stdout_ends_exactly_at_its_limit_and_the_guest_with_it()
    {
        var (result, output) = await sandbox.RunAsync("writes_to_stdout_forever", TestSandbox.Request(l => l with { OutputBytes = 2_500 }));

        Assert.Equal((AttemptOutcome.OutputLimit, null), (result.Outcome, result.ExitCode));
        Assert.Equal(2_500, output.StdoutBytes.Length);
    }

    [Fact]
    public async Task Too_much_stdout_counts_more_than_the_exit_code()
    {
        var (result, output) = await sandbox.RunAsync("writes_a_kilobyte_and_exits_with_3", TestSandbox.Request(l => l with { OutputBytes = 1_000 }));

        Assert.Equal((AttemptOutcome.OutputLimit, 3), (result.Outcome, result.ExitCode));
        Assert.Equal(1_000, output.StdoutBytes.Length);
    }

    [Fact]
    public async Task Stdout_may_use_its_limit_up()
    {
        var (result, output) = await sandbox.RunAsync("writes_a_kilobyte_and_exits_with_3", TestSandbox.Request(l => l with { OutputBytes = 1_024 }));

        Assert.Equal((AttemptOutcome.Exit, 3), (result.Outcome, result.ExitCode));
        Assert.Equal(1_024, output.StdoutBytes.Length);
    }

    [Theory]
    [InlineData(1_024, false)]
    [InlineData(1_000, true)]
    [InlineData(0, true)]
    public async Task Stderr_past_its_limit_is_cut_and_does_no_harm(int limit, bool isCut)
    {
        var (result, output) = await sandbox.RunAsync("writes_a_kilobyte_to_stderr", TestSandbox.Request(l => l with { LogBytes = limit }));

        Assert.Equal((AttemptOutcome.Succeeded, isCut), (result.Outcome, result.LogsTruncated));
        Assert.Equal(limit, output.StderrBytes.Length);
    }

    [Fact]
    public async Task Memory_declared_over_the_limit_is_refused_with_both_sizes()
    {
        var (result, _) = await sandbox.RunAsync("declares_ten_megabytes", TestSandbox.Request(l => l with { MemoryBytes = 1 << 20 }));

        Assert.Equal(AttemptOutcome.MemoryLimit, result.Outcome);
        Assert.Equal("the module needs 10MiB of memory to start; 1MiB are granted", result.Message);
    }

    [Fact]
    public async Task A_trap_after_memory_was_refused_is_the_memory_limit()
    {
        var (result, _) = await sandbox.RunAsync("grows_until_refused_and_traps", TestSandbox.Request(l => l with { MemoryBytes = 4 << 20 }));

        Assert.Equal(AttemptOutcome.MemoryLimit, result.Outcome);
        Assert.Equal("the function trapped: unreachable code, with its memory at the limit of 4MiB", result.Message);
        Assert.Equal(4 << 20, result.Usage.PeakMemoryBytes);
    }

    [Theory]
    [InlineData("traps_in_a_memory_that_cannot_grow")]
    [InlineData("traps_in_a_memory_that_could_grow")]
    public async Task A_trap_in_a_memory_that_never_grew_is_a_trap_also_where_it_is_as_large_as_the_limit(string fixture)
    {
        var (result, _) = await sandbox.RunAsync(fixture, TestSandbox.Request(l => l with { MemoryBytes = 1 << 20 }));

        Assert.Equal((AttemptOutcome.Trap, "the function trapped: unreachable code"), (result.Outcome, result.Message));
        Assert.Equal(1 << 20, result.Usage.PeakMemoryBytes);
    }

    [Fact]
    public async Task An_exit_after_memory_was_refused_says_so()
    {
        var (result, _) = await sandbox.RunAsync("grows_until_refused_and_exits_with_1", TestSandbox.Request(l => l with { MemoryBytes = 4 << 20 }));

        Assert.Equal((AttemptOutcome.Exit, 1), (result.Outcome, result.ExitCode));
        Assert.Equal("the function exited with code 1, with its memory at the limit of 4MiB", result.Message);
    }

    [Fact]
    public async Task A_table_does_not_grow_without_end()
    {
        var (result, _) = await sandbox.RunAsync("grows_its_table_until_refused");

        Assert.Equal((AttemptOutcome.Exit, 7), (result.Outcome, result.ExitCode));
    }

    [Fact]
    public async Task What_a_guest_dirtied_is_clean_for_the_next()
    {
        await sandbox.RunAsync("grows_until_refused_and_exits_with_1", TestSandbox.Request(l => l with { MemoryBytes = 4 << 20 }));

        var (result, _) = await sandbox.RunAsync("succeeds", TestSandbox.Request(l => l with { MemoryBytes = 64 << 10 }));

        Assert.Equal((AttemptOutcome.Succeeded, 64 << 10), (result.Outcome, result.Usage.PeakMemoryBytes));
    }
}

public sealed class LimitInProcessTests(ProcessSandbox sandbox) : LimitTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class LimitInThreadTests(ThreadSandbox sandbox) : LimitTests(sandbox), IClassFixture<ThreadSandbox>;
