using System.Text;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands.Jobs;

/// <summary>Whoever waits for a job that no worker can take is told so.</summary>
[Collection(ClusterGroup.Name)]
public sealed class PlacementWatchTests(RunningCluster cluster)
{
    [Theory]
    [InlineData("job wait", 1)]
    [InlineData("logs -f", 0)]
    public async Task Waiting_says_why_a_job_waits(string command, int exitCode)
    {
        var id = await SubmitAsync("waits");
        var error = new ToldLine();
        var terminal = new CommandTerminal
        {
            Out = TextWriter.Null,
            Error = error,
            OutStream = Stream.Null,
            ErrorStream = Stream.Null,
            OpenInput = () => Stream.Null,
            Variable = name => name switch { "MINILAMBDA_SERVER" => cluster.Url.ToString(), "MINILAMBDA_TOKEN" => "s3cret", _ => null },
        };
        var waiting = CommandLine.RunAsync([.. command.Split(' '), id], terminal);
        Assert.Equal($"job {id} waits: no worker can take it: local-1 has no label room=nowhere", await error.First.WaitAsync(TimeSpan.FromMinutes(1)));
        await cluster.Connection.Jobs.CancelAsync(new CancelJobRequest { Id = id });
        Assert.Equal(exitCode, await waiting);
    }

    [Fact]
    public async Task A_wide_list_says_why_a_job_waits()
    {
        var id = await SubmitAsync("listed");
        Assert.Contains("waits: no worker can take it: local-1 has no label room=nowhere", (await cluster.RunAsync("ps", "-o", "wide")).Out, StringComparison.Ordinal);
        await cluster.Connection.Jobs.CancelAsync(new CancelJobRequest { Id = id });
    }

    private async Task<string> SubmitAsync(string name)
    {
        await cluster.PushAsync(name);
        return (await cluster.RunAsync("submit", name, "--label", "room=nowhere")).Out.Trim();
    }

    private sealed class ToldLine : TextWriter
    {
        private readonly TaskCompletionSource<string?> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string?> First => _first.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value) => _first.TrySetResult(value);
    }
}
