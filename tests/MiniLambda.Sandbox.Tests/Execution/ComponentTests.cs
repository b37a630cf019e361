using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Execution;

public abstract class ComponentTests(TestSandbox sandbox)
{
    [Theory]
    [InlineData("succeeds", AttemptOutcome.Succeeded, 0, "")]
    [InlineData("fails", AttemptOutcome.Exit, 1, "the function exited with code 1")]
    [InlineData("exits_with_failure", AttemptOutcome.Exit, 1, "the function exited with code 1")]
    [InlineData("exits_with_200", AttemptOutcome.Exit, 200, "the function exited with code 200")]
    [InlineData("traps", AttemptOutcome.Trap, null, "the function trapped: unreachable code in fall")]
    [InlineData("recurses_forever", AttemptOutcome.Trap, null, "the function trapped: stack overflow in deeper")]
    public async Task A_component_ends_in_one_of_these_ways(string fixture, AttemptOutcome outcome, int? code, string message)
    {
        var (result, output) = await sandbox.RunAsync($"components/{fixture}");

        Assert.Equal((outcome, code, message), (result.Outcome, result.ExitCode, result.Message));
        Assert.True(output.HasStarted);
    }

    [Theory]
    [InlineData("loops_forever")]
    [InlineData("loops_while_it_starts")]
    [InlineData("sleeps_for_an_hour")]
    public async Task A_component_that_does_not_end_is_stopped_at_its_deadline_and_the_next_one_runs(string fixture)
    {
        var (result, _) = await sandbox.RunAsync($"components/{fixture}", TestSandbox.Request(l => l with { Timeout = TimeSpan.FromMilliseconds(200) }));

        Assert.Equal((AttemptOutcome.Timeout, "the function ran past its timeout of 200ms"), (result.Outcome, result.Message));
        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("components/succeeds")).Result.Outcome);
    }

    [Theory]
    [InlineData("loops_forever")]
    [InlineData("sleeps_for_an_hour")]
    public async Task A_component_can_be_cancelled(string fixture)
    {
        using var cancel = new CancellationTokenSource();
        var output = new CapturedOutput { OnStarted = cancel.Cancel };

        var (result, _) = await sandbox.RunAsync($"components/{fixture}", output: output, cancellationToken: cancel.Token);

        Assert.Equal((AttemptOutcome.Cancelled, "cancelled"), (result.Outcome, result.Message));
    }

    [Fact]
    public async Task A_component_sleeps_as_long_as_it_wants() =>
        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("components/sleeps_a_millisecond")).Result.Outcome);

    [Fact]
    public async Task Fuel_is_metered_and_its_limit_holds()
    {
        var (loop, _) = await sandbox.RunAsync("components/loops_forever", TestSandbox.Request(l => l with { Fuel = 1_000_000 }));
        var (end, _) = await sandbox.RunAsync("components/succeeds", TestSandbox.Request(l => l with { Fuel = 1_000_000 }));

        Assert.Equal((AttemptOutcome.FuelLimit, "the function used up its fuel of 1000000"), (loop.Outcome, loop.Message));
        Assert.Equal(AttemptOutcome.Succeeded, end.Outcome);
        Assert.InRange(end.Usage.Fuel, 1, 1000);
    }

    [Fact]
    public async Task All_memories_together_stay_within_the_limit()
    {
        var (result, _) = await sandbox.RunAsync("components/grows_two_memories", TestSandbox.Request(l => l with { MemoryBytes = 16 << 20 }));

        // 256 pages are 16 MiB; the exit code is half of what it got.
        Assert.Equal((AttemptOutcome.Exit, 128), (result.Outcome, result.ExitCode));
    }

    [Fact]
    public async Task A_component_that_begins_with_more_memory_than_granted_is_told_how_much_it_needs()
    {
        var (result, _) = await sandbox.RunAsync("components/begins_with_ten_megabytes", TestSandbox.Request(l => l with { MemoryBytes = 4 << 20 }));

        Assert.Equal((AttemptOutcome.MemoryLimit, "the module needs 10MiB of memory to start; 4MiB are granted"), (result.Outcome, result.Message));
    }

    [Fact]
    public async Task A_module_in_a_component_gets_no_second_memory_by_being_instantiated_twice()
    {
        var (result, _) = await sandbox.RunAsync("components/has_a_memory_twice");

        Assert.Equal(AttemptOutcome.BadModule, result.Outcome);
        Assert.Contains("memory count too high", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has_five_memories", "5 Wasm linear memories")]
    [InlineData("has_many_instances", "41 core module instances")]
    public async Task A_component_of_too_many_parts_is_refused_before_it_runs(string fixture, string told)
    {
        var refusal = await Assert.ThrowsAsync<BadModuleException>(() => sandbox.PrepareAsync($"components/{fixture}"));

        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_nobody_provides_is_named()
    {
        var (result, _) = await sandbox.RunAsync("components/imports_what_nobody_provides");

        Assert.Equal(AttemptOutcome.BadModule, result.Outcome);
        Assert.Contains("acme:doors/opener@1.0.0", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_component_takes_no_entry()
    {
        var (result, _) = await sandbox.RunAsync("components/succeeds", TestSandbox.Request() with { Entry = "add" });

        Assert.Equal(
            (AttemptOutcome.BadModule, "the module is a component, which is run by its 'wasi:cli/run' and takes no entry: 'add' cannot be called"),
            (result.Outcome, result.Message));
    }

    [Fact]
    public async Task A_component_is_found_in_the_cache_by_the_next_sandbox()
    {
        var options = TestSandbox.Options(sandbox.Folder.At($"{Guid.NewGuid():N}.artifacts"), sandbox.Isolation);
        var (digest, path) = Fixture.Save("components/succeeds", sandbox.Folder);
        using (var first = TestSandbox.Open(options))
            await first.PrepareAsync(digest, metered: false, _ => ValueTask.FromResult(path), CancellationToken.None);

        using var second = TestSandbox.Open(options);
        var prepared = await second.PrepareAsync(digest, metered: false, _ => throw new IOException("no module is at hand"), CancellationToken.None);

        Assert.Equal(AttemptOutcome.Succeeded, second.Run(prepared, TestSandbox.Request(), new CapturedOutput(), default).Outcome);
    }
}

public sealed class ComponentInProcessTests(ProcessSandbox sandbox) : ComponentTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class ComponentInThreadTests(ThreadSandbox sandbox) : ComponentTests(sandbox), IClassFixture<ThreadSandbox>;
