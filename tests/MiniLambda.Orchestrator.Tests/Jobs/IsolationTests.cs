using Google.Protobuf;
using MiniLambda.Client.Blobs;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;

namespace MiniLambda.Orchestrator.Tests.Jobs;

/// <summary>What must not depend on where a worker runs its functions. All other tests here run them in sandbox hosts.</summary>
public abstract class IsolationTests(Isolation isolation) : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.AddWorkerAsync("one", options => options.Isolation = isolation);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_function_answers()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");

        var answer = await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", Input = ByteString.CopyFromUtf8("hello") });

        Assert.Equal((Job.Types.State.Succeeded, "hello"), (answer.Job.State, answer.Result.ToStringUtf8()));
    }

    [Fact]
    public async Task A_large_answer_goes_as_a_blob()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var digest = await _cluster.Connection.Blobs.UploadAsync(new MemoryStream(new byte[900_000]), default);

        var answer = await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", InputDigest = digest });

        Assert.Equal((900_000, digest), (answer.Job.ResultSize, answer.Job.ResultDigest));
    }

    [Theory]
    [InlineData("exits_with_3", "", Attempt.Types.Outcome.Exit)]
    [InlineData("logs_a_line_and_loops_forever", "[limits]\ntimeout = \"100ms\"", Attempt.Types.Outcome.Timeout)]
    [InlineData("logs_a_line_and_loops_forever", "[limits]\nfuel = 100000", Attempt.Types.Outcome.FuelLimit)]
    public async Task A_function_that_fails_says_why(string fixture, string settings, Attempt.Types.Outcome outcome)
    {
        await _cluster.PushAsync("fails", fixture, settings);

        Assert.Equal(outcome, (await _cluster.WaitForOutcomeAsync((await _cluster.SubmitAsync("fails")).Id)).Outcome);
    }

    [Fact]
    public async Task A_log_comes_while_the_function_runs_and_ends_when_it_is_cancelled()
    {
        await _cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"1h\"");
        var id = (await _cluster.SubmitAsync("loops")).Id;
        var log = "";
        await foreach (var piece in _cluster.Connection.Jobs.LogsAsync(id, follow: true, default))
        {
            log += piece.Data.ToStringUtf8();
            if (log.EndsWith('\n'))
                await _cluster.Connection.Jobs.CancelAsync(new CancelJobRequest { Id = id });
        }

        Assert.Equal(("here\n", Job.Types.State.Cancelled), (log, (await _cluster.GetAsync(id)).State));
    }
}

public sealed class IsolationByProcessTests() : IsolationTests(Isolation.Process);

public sealed class IsolationByThreadTests() : IsolationTests(Isolation.Thread);
