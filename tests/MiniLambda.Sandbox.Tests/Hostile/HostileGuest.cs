using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>A guest that means harm, and how it has to end.</summary>
/// <param name="Fixture">Under <c>fixtures/</c>.</param>
/// <param name="Told">Part of the message.</param>
internal sealed record HostileGuest(string Fixture, AttemptOutcome Outcome, string Told)
{
    public static IReadOnlyList<HostileGuest> All { get; } =
    [
        Looping("loops_forever"),
        Looping("loops_while_it_starts"),
        Looping("hostile/loops_while_it_starts_and_calls_the_host"),
        Looping("hostile/calls_the_host_forever"),
        Looping("hostile/writes_nothing_forever"),
        Looping("hostile/asks_for_random_bytes_forever"),
        Looping("hostile/sleeps_for_an_hour"),
        Looping("hostile/naps_forever"),
        Looping("hostile/grows_its_memory_without_end"),
        new("hostile/grows_its_memory_by_four_gigabytes", AttemptOutcome.Trap, "memory access out of bounds"),
        Looping("hostile/grows_its_table_forever"),
        new("hostile/keeps_garbage_without_end", AttemptOutcome.MemoryLimit, "GC heap out of memory"),
        Looping("hostile/makes_garbage_forever"),
        new("hostile/has_two_memories", AttemptOutcome.BadModule, "memor"),
        new("hostile/has_a_memory_of_64_bit_addresses", AttemptOutcome.BadModule, ""),
        new("hostile/has_many_tables", AttemptOutcome.BadModule, "table"),
        new("hostile/has_a_huge_table", AttemptOutcome.BadModule, "table"),
        new("hostile/begins_with_a_gigabyte", AttemptOutcome.MemoryLimit, "the module needs 1GiB of memory to start; 64MiB are granted"),
        new("traps/stack_overflow", AttemptOutcome.Trap, "stack overflow"),
        new("hostile/recurses_with_large_frames", AttemptOutcome.Trap, "stack overflow"),
        new("hostile/writes_a_gigabyte_to_stdout", AttemptOutcome.OutputLimit, "to stdout"),
        new("hostile/writes_a_gigabyte_to_stderr", AttemptOutcome.Succeeded, ""),
        new("hostile/logs_bytes_that_steer_a_terminal", AttemptOutcome.Succeeded, ""),
    ];

    public async Task<ExecutionResult> RunAsync(TestSandbox sandbox)
    {
        var limits = Outcome == AttemptOutcome.Timeout ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromMinutes(1);
        try
        {
            return (await sandbox.RunAsync(Fixture, TestSandbox.Request(l => l with { Timeout = limits }))).Result;
        }
        catch (BadModuleException e)
        {
            return new ExecutionResult { Outcome = AttemptOutcome.BadModule, Message = e.Message };
        }
    }

    private static HostileGuest Looping(string fixture) => new(fixture, AttemptOutcome.Timeout, "the function ran past its timeout of 100ms");
}
