using System.Text.Json;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands.Events;

[Collection(ClusterGroup.Name)]
public sealed class EventsCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task The_events_of_a_job_are_a_line_each_and_the_same_in_json()
    {
        await cluster.PushAsync("watched");
        var id = (await cluster.RunAsync("submit", "watched", "--wait")).Out.Trim();

        var told = await cluster.RunAsync("events", "--job", id);
        var lines = told.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^TIME +EVENT +JOB +FUNCTION +WORKER +DETAIL$", lines[0]);
        Assert.Matches($"^[0-9-]+ [0-9:.]+Z  submitted +{id}  watched@1 +-$", lines[1]);
        Assert.Matches($"leased +{id}  watched@1 +local-1 +attempt 1$", lines[2]);
        Assert.Matches($"finished +{id}  watched@1 +local-1 +succeeded$", lines[^1]);

        var json = (await cluster.RunAsync("events", "--job", id, "-o", "json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(lines.Length - 1, json.Count);
        Assert.All(json, e => Assert.Equal(id, e.GetProperty("job").GetProperty("id").GetString()));
        Assert.Equal("SUBMITTED", json[0].GetProperty("kind").GetString());

        var rest = await cluster.RunAsync("events", "--job", id, "--after", json[0].GetProperty("offset").GetString()!, "-o", "wide");
        Assert.Matches("^OFFSET +TIME ", rest.Out);
        Assert.DoesNotContain("submitted", rest.Out, StringComparison.Ordinal);
        Assert.Contains(json[^1].GetProperty("offset").GetString()!, rest.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_can_be_asked_for_by_function_and_worker()
    {
        await cluster.PushAsync("watched-too");
        await cluster.RunAsync("invoke", "watched-too");
        Assert.DoesNotContain("watched@", (await cluster.RunAsync("events", "--function", "watched-too")).Out, StringComparison.Ordinal);
        Assert.Contains("worker-joined", (await cluster.RunAsync("events", "--worker", "local-1")).Out, StringComparison.Ordinal);
        Assert.Equal("no events\n", (await cluster.RunAsync("events", "--worker", "nobody")).Out);
        Assert.Equal("", (await cluster.RunAsync("events", "--worker", "nobody", "-o", "json")).Out);
    }

    [Fact]
    public async Task Following_begins_with_what_happens_from_now_on()
    {
        await cluster.PushAsync("followed");
        var before = (await cluster.RunAsync("submit", "followed", "--wait")).Out.Trim();
        using var output = new ToldText();
        var following = CommandLine.RunAsync(["events", "--follow", "--function", "followed", "-o", "json"], new CommandTerminal
        {
            Out = output,
            Error = TextWriter.Null,
            OutStream = Stream.Null,
            ErrorStream = Stream.Null,
            OpenInput = () => Stream.Null,
            Variable = name => name switch { "MINILAMBDA_SERVER" => cluster.Url.ToString(), "MINILAMBDA_TOKEN" => "s3cret", _ => null },
        });
        // The watch stands at some moment: jobs are submitted until one of them is told of.
        var submitted = new List<string>();
        while (output.Text.Length == 0 && !following.IsCompleted)
            submitted.Add((await cluster.RunAsync("submit", "followed", "--wait")).Out.Trim());

        Assert.False(following.IsCompleted);
        Assert.DoesNotContain(before, output.Text, StringComparison.Ordinal);
        Assert.Contains(submitted, id => output.Text.Contains(id, StringComparison.Ordinal));
        output.IsGone = true;
        while (!following.IsCompleted)
            await cluster.RunAsync("submit", "followed", "--wait");
        Assert.Equal(141, await following);
    }

    [Fact]
    public async Task An_offset_of_another_log_is_told_and_this_one_is_shown_whole()
    {
        var told = await cluster.RunAsync("events", "--after", $"{long.MaxValue}");
        Assert.Equal("the log never came to this offset: it is another one, and is shown from its oldest event on\n", told.Error);
        Assert.Equal(0, told.ExitCode);
        Assert.Equal((await cluster.RunAsync("events", "--after", "0")).Out.Split('\n')[..2], told.Out.Split('\n')[..2]);
    }

    [Theory]
    [InlineData(2, "--function takes a name without a version: events of all its versions are shown", "--function", "f@2")]
    [InlineData(2, "'No Such' is not a function (NAME or NAME@VERSION; lowercase letters, digits and '-', at most 63, beginning with a letter or digit)", "--function", "No Such")]
    [InlineData(1, "there is no job 'nonsense'", "--job", "nonsense")]
    [InlineData(2, "--after takes a number from 0, not '-1'", "--after", "-1")]
    public async Task What_cannot_be_asked_for_is_told(int exitCode, string problem, params string[] args)
    {
        var told = await cluster.RunAsync(["events", .. args]);
        Assert.Equal((exitCode, $"error: {problem}"), (told.ExitCode, told.Errors[0]));
    }

    /// <summary>What is written, to be looked at meanwhile; and a reader that goes away.</summary>
    private sealed class ToldText : StringWriter
    {
        private readonly Lock _gate = new();

        public bool IsGone { get; set; }

        public string Text
        {
            get
            {
                lock (_gate)
                    return ToString();
            }
        }

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            if (IsGone)
                throw new MiniLambda.Workbench.Commands.Streams.ReaderGoneException();
            lock (_gate)
                Write(buffer.Span);
            return Task.CompletedTask;
        }
    }
}
