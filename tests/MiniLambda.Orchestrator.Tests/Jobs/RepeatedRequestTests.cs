using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class RepeatedRequestTests
{
    [Fact]
    public async Task The_same_request_with_the_same_key_answers_the_same_job_and_runs_once()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("echo", "echoes_stdin");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Connection.Jobs.SubmitAsync(Request("in")).ResponseAsync));
        Assert.Single(answers.Select(answer => answer.Job.Id).Distinct());
        Assert.Single(answers, answer => !answer.RepeatedRequest);
        Assert.Equal(1, (await cluster.WaitForOutcomeAsync(answers[0].Job.Id)).Attempt);
        Assert.Single((await cluster.Connection.Jobs.ListAsync(new ListJobsRequest())).Jobs);
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_refused()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        var id = (await cluster.Connection.Jobs.SubmitAsync(Request("in"))).Job.Id;
        var refusal = await ApiAssert.RefusedAsync(StatusCode.AlreadyExists, "IDEMPOTENCY_KEY_TAKEN", async () => await cluster.Connection.Jobs.SubmitAsync(Request("other")));
        Assert.Contains(id, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_invocation_gets_the_result_of_the_first()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("echo", "echoes_stdin");
        var first = await cluster.Connection.Jobs.InvokeAsync(Request("in"));
        var again = await cluster.Connection.Jobs.InvokeAsync(Request("in"));
        Assert.Equal(("in", "in", first.Job.Id), (first.Result.ToStringUtf8(), again.Result.ToStringUtf8(), again.Job.Id));
    }

    private static SubmitJobRequest Request(string input) =>
        new() { Function = "echo", Input = Google.Protobuf.ByteString.CopyFromUtf8(input), IdempotencyKey = "key" };
}
