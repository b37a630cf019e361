using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Wasi;

public abstract class CapabilityTests(TestSandbox sandbox)
{
    private const int NotCapable = 76;

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, NotCapable)]
    public async Task The_clock_is_read_by_those_who_may(bool isGranted, int error)
    {
        var (result, _) = await sandbox.RunAsync("reads_the_clock", Granting(new CapabilityGrants { Clock = isGranted }));

        Assert.Equal(error, result.ExitCode);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, NotCapable)]
    public async Task Random_bytes_go_to_those_who_may(bool isGranted, int error)
    {
        var (result, output) = await sandbox.RunAsync("asks_for_random_bytes", Granting(new CapabilityGrants { Random = isGranted }));

        Assert.Equal(error, result.ExitCode);
        Assert.Equal(isGranted, output.StdoutBytes.Any(b => b != 0));
    }

    [Fact]
    public async Task Pointers_outside_the_guests_memory_are_faults()
    {
        var (result, _) = await sandbox.RunAsync("passes_pointers_outside_its_memory");

        Assert.Equal((AttemptOutcome.Exit, 9, "the function exited with code 9"), (result.Outcome, result.ExitCode, result.Message));
    }

    private static ExecutionRequest Granting(CapabilityGrants capabilities) => TestSandbox.Request() with { Capabilities = capabilities };
}

public sealed class CapabilityInProcessTests(ProcessSandbox sandbox) : CapabilityTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class CapabilityInThreadTests(ThreadSandbox sandbox) : CapabilityTests(sandbox), IClassFixture<ThreadSandbox>;
