using System.Buffers.Binary;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Hostile;

[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public abstract class HostileGuestTests(TestSandbox sandbox)
{
    public static TheoryData<string> Fixtures { get; } = [.. HostileGuest.All.Select(guest => guest.Fixture)];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_hostile_guest_ends_with_its_outcome_and_the_next_one_runs(string fixture)
    {
        var guest = HostileGuest.All.Single(g => g.Fixture == fixture);

        var result = await guest.RunAsync(sandbox);

        Assert.Equal((guest.Outcome, ""), (result.Outcome, result.Message.Contains(guest.Told, StringComparison.Ordinal) ? "" : result.Message));
        Assert.DoesNotContain('\n', result.Message);
        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("succeeds")).Result.Outcome);
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
    [InlineData("misaligned_atomic", "misaligned atomic access")]
    [InlineData("wait_in_memory_that_is_not_shared", "atomic wait in memory that is not shared")]
    [InlineData("null_reference", "null reference")]
    [InlineData("array_out_of_bounds", "array access out of bounds")]
    [InlineData("allocation_too_large", "allocation too large")]
    [InlineData("cast_failure", "reference of another type than it was cast to")]
    [InlineData("uncaught_exception", "a reason that the engine does not name")]
    public async Task Every_trap_that_a_module_can_raise_is_named(string trap, string name)
    {
        var (result, _) = await sandbox.RunAsync($"traps/{trap}");

        Assert.Equal((AttemptOutcome.Trap, null, $"the function trapped: {name}"), (result.Outcome, result.ExitCode, result.Message));
    }

    [Fact]
    public async Task Exit_codes_come_through_also_those_that_no_process_has()
    {
        var module = await sandbox.PrepareAsync("hostile/exits_with_what_stdin_says");
        foreach (var code in (int[])[.. Enumerable.Range(1, 300), 65_535, int.MaxValue, int.MinValue, -1])
        {
            var stdin = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(stdin, code);
            var result = sandbox.Engine.Run(module, TestSandbox.Request() with { Stdin = stdin }, new CapturedOutput(), default);
            Assert.Equal((AttemptOutcome.Exit, code, $"the function exited with code {code}"), (result.Outcome, result.ExitCode, result.Message));
        }
    }

    [Fact]
    public async Task A_flood_on_stdout_is_cut_at_its_limit()
    {
        var (result, output) = await sandbox.RunAsync("hostile/writes_a_gigabyte_to_stdout", TestSandbox.Request(l => l with { OutputBytes = 1_000_000 }));

        Assert.Equal((AttemptOutcome.OutputLimit, 1_000_000), (result.Outcome, output.StdoutBytes.Length));
    }

    [Fact]
    public async Task A_flood_on_stdout_that_is_gathered_fills_its_file_to_the_limit_and_no_further()
    {
        var file = sandbox.Folder.At($"{Guid.NewGuid():N}.stdout");

        var (result, _) = await sandbox.RunAsync(
            "hostile/writes_a_gigabyte_to_stdout", TestSandbox.Request(l => l with { OutputBytes = 1_000_000 }) with { StdoutPath = file });

        Assert.Equal((AttemptOutcome.OutputLimit, true, 1_000_000), (result.Outcome, result.StdoutInFile, new FileInfo(file).Length));
        File.Delete(file);
    }

    [Fact]
    public async Task A_flood_on_stderr_is_cut_at_its_limit_and_the_guest_goes_on()
    {
        var (result, output) = await sandbox.RunAsync("hostile/writes_a_gigabyte_to_stderr", TestSandbox.Request(l => l with { LogBytes = 1_000_000 }));

        Assert.Equal((AttemptOutcome.Succeeded, true, 1_000_000), (result.Outcome, result.LogsTruncated, output.StderrBytes.Length));
    }

    [Fact]
    public async Task Logs_are_bytes_and_come_as_they_were_written()
    {
        var (_, output) = await sandbox.RunAsync("hostile/logs_bytes_that_steer_a_terminal");

        Assert.Equal((byte[])[0xff, 0xfe, 0xc3, (byte)'(', 0, .. "\e[2J\e]0;owned\a\u202e\n"u8], output.StderrBytes);
    }

    [LinuxFact]
    public async Task Reading_what_nobody_writes_ends_at_the_timeout()
    {
        using var fifo = new Fifo(sandbox.Folder);
        var request = TestSandbox.Request(l => l with { Timeout = TimeSpan.FromMilliseconds(100) }) with { StdinPath = fifo.Path };

        var (result, _) = await sandbox.RunAsync("echoes_stdin", request);

        Assert.Equal((AttemptOutcome.Timeout, "the function ran past its timeout of 100ms"), (result.Outcome, result.Message));
        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("echoes_stdin")).Result.Outcome);
    }

    [LinuxFact]
    public async Task Reading_what_nobody_writes_ends_when_it_is_cancelled()
    {
        using var fifo = new Fifo(sandbox.Folder);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        var (result, _) = await sandbox.RunAsync("echoes_stdin", TestSandbox.Request() with { StdinPath = fifo.Path }, cancellationToken: cancel.Token);

        Assert.Equal((AttemptOutcome.Cancelled, "cancelled"), (result.Outcome, result.Message));
    }
}

public sealed class HostileGuestInProcessTests(ProcessSandbox sandbox) : HostileGuestTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class HostileGuestInThreadTests(ThreadSandbox sandbox) : HostileGuestTests(sandbox), IClassFixture<ThreadSandbox>;
