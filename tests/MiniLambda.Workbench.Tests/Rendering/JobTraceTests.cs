using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class JobTraceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_job_that_was_tried_twice_is_a_tree_of_its_steps()
    {
        var lines = JobTrace.Of(Retried()).Lines().ToList();
        Assert.Equal("trace 0af7651916cd43dd8448eb211c80319c", lines[1]);
        Assert.Equal(
            (string[])
            [
                "├─ queue +0.00ms 4.00ms",
                "├─ attempt 1 on attic: exit 3 +4.00ms 6.00ms",
                "│ ├─ start +5.00ms 1.00ms",
                "│ ├─ run +6.00ms 3.00ms",
                "│ └─ to the worker and back in all +4.00ms 2.00ms",
                "├─ back-off and queue +10.0ms 90.0ms",
                "└─ attempt 2 on cellar: succeeded +100ms 5.00ms",
            ],
            lines[2..9].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public void As_JSON_it_has_the_same_steps_in_milliseconds()
    {
        var json = JsonDocument.Parse(JobTrace.Of(Retried()).ToJson()).RootElement;
        Assert.Equal(105, json.GetProperty("duration").GetDouble());
        var attempt = json.GetProperty("steps")[1];
        Assert.Equal(("attempt 1", 4, 6), (attempt.GetProperty("name").GetString(), attempt.GetProperty("start").GetDouble(), attempt.GetProperty("duration").GetDouble()));
        Assert.Equal("run", attempt.GetProperty("steps")[1].GetProperty("name").GetString());
    }

    [Fact]
    public void What_goes_on_has_no_end()
    {
        var job = new Job { Id = "j-1", Function = "f", Version = 1, State = Job.Types.State.Queued, CreatedAt = At(0), Unplaceable = "no worker is connected" };
        Assert.Equal("└─ queue  no worker is connected                  +0.00ms          …", JobTrace.Of(job).Lines().Last());
    }

    private static Job Retried() => new()
    {
        Id = "j-1",
        Function = "f",
        Version = 1,
        State = Job.Types.State.Succeeded,
        CreatedAt = At(0),
        FinishedAt = At(105),
        Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Attempts =
        {
            new Attempt
            {
                Number = 1, Worker = "attic", LeasedAt = At(4), FinishedAt = At(10), Outcome = Attempt.Types.Outcome.Exit, ExitCode = 3,
                Usage = new Usage { Start = Span(1), Run = Span(3) },
            },
            new Attempt
            {
                Number = 2, Worker = "cellar", LeasedAt = At(100), FinishedAt = At(105), Outcome = Attempt.Types.Outcome.Succeeded, ExitCode = 0,
                Usage = new Usage { Start = Span(1), Run = Span(2) },
            },
        },
    };

    private static Timestamp At(double milliseconds) => (Noon + TimeSpan.FromMilliseconds(milliseconds)).ToTimestamp();

    private static Duration Span(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds).ToDuration();
}
