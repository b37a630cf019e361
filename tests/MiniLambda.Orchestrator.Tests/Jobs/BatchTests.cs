using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class BatchTests
{
    [Fact]
    public async Task Every_request_is_answered_in_its_order_and_one_that_is_refused_stops_none()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("echo", "echoes_stdin");
        const int count = 2000;
        using var call = cluster.Connection.Jobs.SubmitBatch();
        var writing = WriteAsync();
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(default));
            var answer = call.ResponseStream.Current;
            Assert.Equal(i, answer.Index);
            if (i % 500 == 7)
                Assert.Equal(("", "FUNCTION_NOT_FOUND", "there is no function 'nosuch'"), (answer.Id, answer.Reason, answer.Message));
            else
                ids.Add(answer.Id);
        }

        Assert.False(await call.ResponseStream.MoveNext(default));
        await writing;
        Assert.Equal(count - 4, ids.Distinct().Count());
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(ids[^1])).State);

        async Task WriteAsync()
        {
            for (var i = 0; i < count; i++)
                await call.RequestStream.WriteAsync(new SubmitJobRequest { Function = i % 500 == 7 ? "nosuch" : "echo" });
            await call.RequestStream.CompleteAsync();
        }
    }
}
