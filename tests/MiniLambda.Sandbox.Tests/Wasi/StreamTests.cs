using System.Security.Cryptography;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Wasi;

public abstract class StreamTests(TestSandbox sandbox)
{
    [Theory]
    [InlineData(1)]
    [InlineData(4_096)]
    [InlineData(300_000)]
    public async Task Stdin_comes_from_bytes(int size)
    {
        var input = RandomNumberGenerator.GetBytes(size);

        var (result, output) = await sandbox.RunAsync("echoes_stdin", TestSandbox.Request() with { Stdin = input });

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.Equal(input, output.StdoutBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task Stdin_comes_from_a_file(int size)
    {
        var input = RandomNumberGenerator.GetBytes(size);
        var path = sandbox.Folder.At($"{size}.stdin");
        await File.WriteAllBytesAsync(path, input);

        var (result, output) = await sandbox.RunAsync("echoes_stdin", TestSandbox.Request() with { StdinPath = path });

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.Equal(input, output.StdoutBytes);
    }

    [Fact]
    public async Task Without_input_stdin_is_empty()
    {
        var (result, output) = await sandbox.RunAsync("echoes_stdin");

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.Empty(output.StdoutBytes);
    }

    [Fact]
    public async Task Arguments_and_environment_are_those_of_the_request_and_no_others()
    {
        var request = TestSandbox.Request() with
        {
            Args = ["--verbose", "größe 10", ""],
            Env = new Dictionary<string, string> { ["STAGE"] = "test", ["EMPTY"] = "" },
        };

        var (_, output) = await sandbox.RunAsync("prints_args_and_environment", request);

        Assert.Equal("test\0--verbose\0größe 10\0\0STAGE=test\0EMPTY=\0", output.StdoutText);
    }

    [Fact]
    public async Task The_environment_of_the_host_is_not_seen()
    {
        var (_, output) = await sandbox.RunAsync("prints_args_and_environment");

        Assert.Equal("test\0", output.StdoutText);
    }
}

public sealed class StreamInProcessTests(ProcessSandbox sandbox) : StreamTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class StreamInThreadTests(ThreadSandbox sandbox) : StreamTests(sandbox), IClassFixture<ThreadSandbox>;
