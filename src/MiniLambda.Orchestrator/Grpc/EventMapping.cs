using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Events;
using MiniLambda.Orchestrator.Events;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Writes events as clients read them. The enums' numbers are the same on both sides; a test holds them together.</summary>
internal static class EventMapping
{
    /// <summary>Bytes of one answer, about: far below what a client accepts.</summary>
    private const int MaxBytes = 256 << 10;

    /// <summary>A step as answers of bounded size; one without events when there are none.</summary>
    public static IEnumerable<WatchEventsResponse> Write(EventStep step)
    {
        var (response, bytes) = (new WatchEventsResponse { Offset = step.Offset }, 0);
        foreach (var e in step.Events)
        {
            var written = Write(e);
            var size = written.CalculateSize();
            if (bytes > 0 && bytes + size > MaxBytes)
            {
                response.Offset = response.Events[^1].Offset;
                yield return response;
                (response, bytes) = (new WatchEventsResponse { Offset = step.Offset }, 0);
            }

            response.Events.Add(written);
            bytes += size;
        }

        yield return response;
    }

    public static Event Write(ClusterEvent e) => new()
    {
        Offset = e.Offset,
        At = JobMapping.Time(e.At),
        Kind = (Event.Types.Kind)e.Kind,
        Worker = e.Worker,
        Job = e.Job is { } job ? Write(job) : null,
        Detail = e.Detail,
    };

    private static Event.Types.JobSummary Write(JobEvent job)
    {
        var written = new Event.Types.JobSummary
        {
            Id = job.Id.Value,
            Function = job.Function,
            Version = job.Version,
            Tenant = job.Tenant,
            State = (Job.Types.State)job.State,
            Attempt = job.Attempt,
            Outcome = (Attempt.Types.Outcome)(job.Outcome ?? 0),
        };
        if (job.ExitCode is { } code)
            written.ExitCode = code;
        return written;
    }
}
