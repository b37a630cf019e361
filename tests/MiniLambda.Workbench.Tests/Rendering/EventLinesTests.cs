using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;
using Kind = MiniLambda.Contracts.V1.Event.Types.Kind;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class EventLinesTests
{
    private static readonly Timestamp At = DateTimeOffset.Parse("2026-05-01T12:00:03.25Z", null).ToTimestamp();

    [Fact]
    public void Events_stand_in_columns_under_one_heading()
    {
        var lines = new EventLines(isWide: false);
        var text = lines.Of([Of(Kind.Submitted, "", ""), Of(Kind.Retrying, "attic", "exit code 3")]) + lines.Of([new Event { Kind = Kind.WorkerLost, At = At, Worker = "attic" }]);
        Assert.Equal(
            """
            TIME                      EVENT            JOB              FUNCTION          WORKER        DETAIL
            2026-05-01 12:00:03.250Z  submitted        j-0123456789abc  resize@3          -
            2026-05-01 12:00:03.250Z  retrying         j-0123456789abc  resize@3          attic         exit code 3
            2026-05-01 12:00:03.250Z  worker-lost      -                -                 attic

            """,
            text);
    }

    [Fact]
    public void What_is_longer_than_its_column_is_shown_whole_and_a_wide_line_begins_with_the_offset()
    {
        var e = Of(Kind.Leased, "a-worker-with-a-long-name", "");
        e.Offset = 1099511627777;
        Assert.EndsWith(
            "\n1099511627777     2026-05-01 12:00:03.250Z  leased           j-0123456789abc  resize@3          a-worker-with-a-long-name  attempt 2\n",
            new EventLines(isWide: true).Of([e]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_guest_wrote_cannot_steer_the_terminal() =>
        Assert.Contains(@"\x1b[2J\x0abye", new EventLines(isWide: false).Of([Of(Kind.Retrying, "w", "\u001b[2J\nbye")]), StringComparison.Ordinal);

    private static Event Of(Kind kind, string worker, string detail) => new()
    {
        Kind = kind,
        At = At,
        Worker = worker,
        Detail = detail,
        Job = new Event.Types.JobSummary { Id = "j-0123456789abc", Function = "resize", Version = 3, Attempt = 2, State = Job.Types.State.Queued },
    };
}
