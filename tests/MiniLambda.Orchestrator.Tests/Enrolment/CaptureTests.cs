using System.Text;
using Google.Protobuf;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Links;

namespace MiniLambda.Orchestrator.Tests.Enrolment;

/// <summary>What is to be read on the network between client, orchestrator and worker.</summary>
[Trait("Category", "Attack")]
public sealed class CaptureTests
{
    private const string Input = "an input that nobody else is to read";

    [Fact]
    public async Task Over_tls_neither_token_nor_input_nor_log_is_to_be_read()
    {
        await using var cluster = await TestCluster.StartAsync(TestCluster.Secure);
        await using var wire = new RecordingProxy(cluster.Url);
        var token = await cluster.JoinTokenAsync();
        await cluster.AddWorkerAsync(await cluster.JoinAsync("attic", token, wire.Url.ToString()));
        await RunAsync(cluster, wire);
        Assert.All(
            (string[])[cluster.Token, Input, "minilambda.v1.JobService", token.ToText(), token.Id], text => Assert.False(wire.Heard(text), "it was to be read"));
    }

    [Fact]
    public async Task Over_plain_text_all_of_it_is()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var wire = new RecordingProxy(cluster.Url);
        await cluster.AddWorkerAsync("attic", options => options.Server = wire.Url.ToString());
        await RunAsync(cluster, wire);
        Assert.All((string[])[cluster.Token, Input], text => Assert.True(wire.Heard(text), text));
    }

    private static async Task RunAsync(TestCluster cluster, RecordingProxy wire)
    {
        await cluster.PushAsync("tell", "logs_its_input");
        using var connection = new ClusterConnection(wire.Url, cluster.Token, new ServerTrust(cluster.Authority));
        var answer = await connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "tell", Input = ByteString.CopyFromUtf8(Input) });
        Assert.Equal(Input, answer.Result.ToStringUtf8());
        var log = new StringBuilder();
        using var call = connection.Jobs.Logs(new JobLogsRequest { Id = answer.Job.Id });
        while (await call.ResponseStream.MoveNext(default))
            log.Append(call.ResponseStream.Current.Data.ToStringUtf8());
        Assert.Equal(Input, log.ToString());
        Assert.Equal("attic", answer.Job.Worker);
    }
}
