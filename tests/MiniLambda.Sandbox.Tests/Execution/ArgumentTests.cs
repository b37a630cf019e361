using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Execution;

public abstract class ArgumentTests(TestSandbox sandbox)
{
    private static readonly Dictionary<string, string> Nothing = [];

    public static TheoryData<string[], Dictionary<string, string>, string> Refused { get; } = new()
    {
        { [.. Enumerable.Repeat("a", 1025)], Nothing, "there are 1025 arguments; at most 1024 are passed" },
        { [], Enumerable.Range(0, 1025).ToDictionary(i => $"K{i}", _ => ""), "the environment has 1025 entries; at most 1024 are passed" },
        { [new string('a', 131_073)], Nothing, "arguments and environment have 131073 bytes together; at most 131072 are passed" },
        { [], new() { ["KEY"] = new string('é', 65_535) }, "arguments and environment have 131073 bytes together; at most 131072 are passed" },
        { ["a\0b"], Nothing, "an argument contains a NUL character" },
        { [], new() { ["A=B"] = "" }, "'A=B' cannot be an environment variable" },
        { [], new() { [""] = "" }, "'' cannot be an environment variable" },
        { [], new() { ["KEY"] = "a\0b" }, "'KEY' cannot be an environment variable" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_passed_is_refused_with_its_reason(string[] args, Dictionary<string, string> env, string reason)
    {
        var (result, output) = await sandbox.RunAsync("prints_args_and_environment", TestSandbox.Request() with { Args = args, Env = env });

        Assert.Equal((AttemptOutcome.BadModule, $"the function cannot be started: {reason}"), (result.Outcome, result.Message));
        Assert.False(output.HasStarted);
    }

    [Fact]
    public async Task As_much_as_is_granted_is_passed()
    {
        var many = TestSandbox.Request() with
        {
            Args = [.. Enumerable.Repeat("a", 1024)],
            Env = Enumerable.Range(0, 1024).ToDictionary(i => $"K{i}", _ => new string('v', 100)),
        };
        var large = TestSandbox.Request() with { Args = [new string('a', 131_072)] };

        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("succeeds", many)).Result.Outcome);
        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("succeeds", large)).Result.Outcome);
    }
}

public sealed class ArgumentInProcessTests(ProcessSandbox sandbox) : ArgumentTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class ArgumentInThreadTests(ThreadSandbox sandbox) : ArgumentTests(sandbox), IClassFixture<ThreadSandbox>;
