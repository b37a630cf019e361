using System.Security.Cryptography;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Execution;

namespace MiniLambda.Sandbox.Tests.Wasi;

/// <summary>What components get of WASI preview 2.</summary>
public abstract class ComponentWasiTests(TestSandbox sandbox)
{
    private const string RandomFixture = "components/asks_for_random_bytes";
    private const string ClockFixture = "components/reads_the_clock";

    [Theory]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Stdin_comes_from_bytes(int size)
    {
        var input = RandomNumberGenerator.GetBytes(size);

        var (result, output) = await sandbox.RunAsync("components/echoes_stdin", TestSandbox.Request() with { Stdin = input });

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.Equal(input, output.StdoutBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task Stdin_comes_from_a_file(int size)
    {
        var input = RandomNumberGenerator.GetBytes(size);
        var path = sandbox.Folder.At($"{size}.component.stdin");
        await File.WriteAllBytesAsync(path, input);

        var (result, output) = await sandbox.RunAsync("components/echoes_stdin", TestSandbox.Request() with { StdinPath = path });

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.Equal(input, output.StdoutBytes);
    }

    [Fact]
    public async Task Stdout_that_is_gathered_goes_to_its_file_when_it_is_large()
    {
        var input = RandomNumberGenerator.GetBytes(300_000);
        var path = sandbox.Folder.At($"{Guid.NewGuid():N}.stdout");

        var (result, _) = await sandbox.RunAsync("components/echoes_stdin", TestSandbox.Request() with { Stdin = input, StdoutPath = path });

        Assert.Equal((AttemptOutcome.Succeeded, true), (result.Outcome, result.StdoutInFile));
        Assert.Equal(input, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_flood_on_stdout_is_cut_at_its_limit()
    {
        var (result, output) = await sandbox.RunAsync("components/writes_to_stdout_forever", TestSandbox.Request(l => l with { OutputBytes = 100_000 }));

        Assert.Equal((AttemptOutcome.OutputLimit, 100_000), (result.Outcome, output.StdoutBytes.Length));
    }

    [Fact]
    public async Task Logs_are_cut_at_their_limit_and_the_component_goes_on()
    {
        var (result, output) = await sandbox.RunAsync("components/writes_a_megabyte_to_stderr", TestSandbox.Request(l => l with { LogBytes = 100_000 }));

        Assert.Equal((AttemptOutcome.Succeeded, true, 100_000), (result.Outcome, result.LogsTruncated, output.StderrBytes.Length));
    }

    [Fact]
    public async Task Arguments_and_environment_are_those_of_the_request()
    {
        var module = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "examples", "hello-component", "hello-component.wasm"));
        var request = TestSandbox.Request() with { Args = ["Grace"], Env = new Dictionary<string, string> { ["GREETING"] = "Good night" } };
        var output = new CapturedOutput();

        sandbox.Engine.Run(await sandbox.PrepareAsync(module), request, output, default);

        Assert.Equal("Good night, Grace, from a component!\n", output.StdoutText);
    }

    [Theory]
    [InlineData(RandomFixture, "wasi:random/random.get-random-u64", "random")]
    [InlineData(ClockFixture, "wasi:clocks/monotonic-clock.now", "clock")]
    [InlineData("components/sleeps_a_millisecond", "wasi:clocks/monotonic-clock.subscribe-duration", "clock")]
    public async Task What_is_not_granted_ends_a_component_that_calls_it(string fixture, string function, string capability)
    {
        var (result, _) = await sandbox.RunAsync(fixture, Granted(new CapabilityGrants { Clock = false, Random = false }));

        Assert.Equal(
            (AttemptOutcome.Trap, $"the function called '{function}', which needs the capability '{capability}', and that is not granted"),
            (result.Outcome, result.Message));
    }

    [Theory]
    [InlineData(RandomFixture, false, true)]
    [InlineData(ClockFixture, true, false)]
    public async Task What_is_granted_can_be_called(string fixture, bool clock, bool random) => Assert.Equal(
        AttemptOutcome.Succeeded, (await sandbox.RunAsync(fixture, Granted(new CapabilityGrants { Clock = clock, Random = random }))).Result.Outcome);

    // With the grant neither: the C interface of Wasmtime 50 has no call that allows TCP or UDP.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_component_gets_no_socket(bool network)
    {
        const int noSocket = 100;
        const int accessDenied = 1;

        var (result, _) = await sandbox.RunAsync("components/binds_a_socket", Granted(new CapabilityGrants { Network = network }));

        Assert.Equal((AttemptOutcome.Exit, noSocket + accessDenied), (result.Outcome, result.ExitCode));
    }

    [Theory]
    [InlineData(false, AttemptOutcome.Exit)]
    [InlineData(true, AttemptOutcome.Succeeded)]
    public async Task Names_are_resolved_by_grant_only(bool network, AttemptOutcome outcome)
    {
        var (result, _) = await sandbox.RunAsync("components/resolves_an_address", Granted(new CapabilityGrants { Network = network }));

        Assert.Equal(outcome, result.Outcome);
    }

    private static ExecutionRequest Granted(CapabilityGrants grants) => TestSandbox.Request() with { Capabilities = grants };
}

public sealed class ComponentWasiInProcessTests(ProcessSandbox sandbox) : ComponentWasiTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class ComponentWasiInThreadTests(ThreadSandbox sandbox) : ComponentWasiTests(sandbox), IClassFixture<ThreadSandbox>
{
    // Wasmtime finds an interface of any version 0.2, but only those of its own version can be shadowed: another Wasmtime may have another.
    [Fact]
    public void No_version_of_preview_2_goes_around_a_denied_capability()
    {
        using var folder = new TemporaryFolder();
        using var runtime = new GuestRuntime(concurrency: 1, loadedModules: 1, TimeProvider.System);
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", "components", "asks_for_random_bytes.wat"));
        var request = TestSandbox.Request() with { Capabilities = new CapabilityGrants { Clock = false, Random = false } };

        var outcomes = Enumerable.Range(0, 40).Select(version => Run(text.Replace("random@0.2.0", $"random@0.2.{version}", StringComparison.Ordinal)));

        Assert.All(outcomes, outcome => Assert.Equal(AttemptOutcome.Trap, outcome));

        AttemptOutcome Run(string component)
        {
            var wat = folder.At("component.wat");
            File.WriteAllText(wat, component);
            var (digest, path) = Fixture.Save(ModuleBytes.Read(wat), folder);
            var output = folder.At($"{digest.Short}.cwasm");
            var shape = runtime.Compile(path, digest, metered: false, output);
            using var file = File.OpenRead(output);
            var artifact = new ArtifactFile(output, digest, ArtifactFile.DigestOf(file), file.Length, IsMetered: false, shape);
            return runtime.Run(artifact, request, new CapturedOutput(), default).Outcome;
        }
    }
}
