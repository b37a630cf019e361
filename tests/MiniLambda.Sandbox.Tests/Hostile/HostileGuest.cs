using MiniLambda.Domain.Functions;
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
        new("hostile/writes_32_megabytes_at_once", AttemptOutcome.Succeeded, "") { OutputBytes = 64 << 20 },
        new("hostile/logs_bytes_that_steer_a_terminal", AttemptOutcome.Succeeded, ""),
        InScratch("hostile/fills_files_that_it_has_removed", AttemptOutcome.ScratchLimit, "the function wrote more than 1MiB to its scratch folder"),
        InScratch("hostile/nests_folders_deeper_than_a_path", AttemptOutcome.ScratchLimit, "the function nested folders too deep in its scratch folder"),
        InScratch("hostile/links_folders_in_a_circle", AttemptOutcome.Succeeded, ""),
        InScratch("hostile/makes_files_without_end", AttemptOutcome.ScratchLimit, "the function made more than 10000 files in its scratch folder"),
        InScratch("hostile/holds_a_file_open_many_times", AttemptOutcome.OpenFilesLimit, "the function held more than 128 files open at once"),
        Looping("components/loops_forever"),
        Looping("components/loops_while_it_starts"),
        Looping("components/sleeps_for_an_hour"),
        Looping("components/polls_forever"),
        new("components/subscribes_forever", AttemptOutcome.Trap, "store handle limit exceeded"),
        new("components/recurses_forever", AttemptOutcome.Trap, "stack overflow"),
        new("components/has_a_memory_twice", AttemptOutcome.BadModule, "memory count too high"),
        new("components/has_five_memories", AttemptOutcome.BadModule, "memories"),
        new("components/has_many_instances", AttemptOutcome.BadModule, "instances"),
        new("components/writes_to_stdout_forever", AttemptOutcome.OutputLimit, "to stdout"),
    ];

    /// <summary>Granted of stdout and of stderr.</summary>
    private long OutputBytes { get; init; } = ExecutionLimits.Default.OutputBytes;

    private long? ScratchBytes { get; init; }

    public async Task<ExecutionResult> RunAsync(TestSandbox sandbox)
    {
        var timeout = Outcome == AttemptOutcome.Timeout ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromMinutes(1);
        var request = TestSandbox.Request(l => l with { Timeout = timeout, OutputBytes = OutputBytes, LogBytes = OutputBytes }) with
        {
            Capabilities = new CapabilityGrants { ScratchBytes = ScratchBytes },
        };
        try
        {
            return (await sandbox.RunAsync(Fixture, request)).Result;
        }
        catch (BadModuleException e)
        {
            return new ExecutionResult { Outcome = AttemptOutcome.BadModule, Message = e.Message };
        }
    }

    private static HostileGuest InScratch(string fixture, AttemptOutcome outcome, string told) => new(fixture, outcome, told) { ScratchBytes = 1 << 20 };

    private static HostileGuest Looping(string fixture) => new(fixture, AttemptOutcome.Timeout, "the function ran past its timeout of 100ms");
}
