using System.Globalization;
using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>How the outcome of a job looks as the answer to the request that it came from.</summary>
internal static class InvokeAnswer
{
    public static readonly (string Name, string Description)[] Headers =
    [
        ("minilambda-job", "The job's id."),
        ("minilambda-outcome", "How it ended, such as SUCCEEDED or EXIT."),
        ("minilambda-exit-code", "The guest's exit code, where it exited by itself."),
        ("minilambda-attempt", "The number of the attempt that ended it."),
        ("minilambda-worker", "Where that ran."),
        ("minilambda-peak-memory", "Bytes."),
        ("minilambda-fuel", "Wasmtime fuel units; 0 when not metered."),
        ("minilambda-artifact", "Where the compiled module came from: COMPILED, DISK or MEMORY."),
        ("server-timing", "Milliseconds in the queue, of fetching, compiling, starting, running, and of CPU."),
    ];

    /// <param name="result">Its stdout.</param>
    public static Task WriteAsync(HttpContext context, JobReading reading, JobRecord job, Payload result)
    {
        var (written, response) = (JobMapping.Write(job), context.Response);
        Tell(response.Headers, written);
        // What a guest wrote that ended by itself is whole, whatever its code.
        return written.Outcome is Attempt.Types.Outcome.Succeeded or Attempt.Types.Outcome.Exit
            ? SendAsync(context, reading, result, StatusOf(written))
            : new Problem(StatusOf(written), ReasonOf(written), Detail(written)).WriteAsync(context);
    }

    /// <summary>A function behind a URL is what HTTP calls an upstream server.</summary>
    private static int StatusOf(Job job) => (job.State, job.Outcome) switch
    {
        (Job.Types.State.Succeeded, _) => StatusCodes.Status200OK,
        (Job.Types.State.Cancelled, _) => StatusCodes.Status409Conflict,
        (_, Attempt.Types.Outcome.Timeout) => StatusCodes.Status504GatewayTimeout,
        (_, Attempt.Types.Outcome.WorkerLost or Attempt.Types.Outcome.WorkerFailed or Attempt.Types.Outcome.Expired) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status502BadGateway,
    };

    private static string ReasonOf(Job job) => job.State == Job.Types.State.Cancelled ? "JOB_CANCELLED" : $"JOB_{OutcomeName(job)}";

    private static string Detail(Job job) =>
        $"job {job.Id} {(job.Message.Length > 0 ? Printable.Line(job.Message, Printable.MaxLineLength) : "did not succeed")}";

    private static void Tell(IHeaderDictionary headers, Job job)
    {
        headers["minilambda-job"] = job.Id;
        headers["minilambda-outcome"] = OutcomeName(job);
        headers["minilambda-attempt"] = job.Attempt.ToString(CultureInfo.InvariantCulture);
        if (job.HasExitCode)
            headers["minilambda-exit-code"] = job.ExitCode.ToString(CultureInfo.InvariantCulture);
        if (job.Worker.Length > 0)
            headers["minilambda-worker"] = Uri.EscapeDataString(job.Worker);
        if (job.Usage is not { } usage)
            return;
        headers["minilambda-peak-memory"] = usage.PeakMemory.ToString(CultureInfo.InvariantCulture);
        headers["minilambda-fuel"] = usage.Fuel.ToString(CultureInfo.InvariantCulture);
        headers["minilambda-artifact"] = Usage.Descriptor.EnumTypes[0].FindValueByNumber((int)usage.Artifact)?.Name ?? "";
        (string Name, Google.Protobuf.WellKnownTypes.Duration? Took)[] parts =
        [
            ("queue", job.QueuedFor), ("fetch", usage.Fetch), ("compile", usage.Compile), ("start", usage.Start), ("run", usage.Run), ("cpu", usage.Cpu),
        ];
        headers["server-timing"] = string.Join(", ", parts.Where(static part => part.Took is not null)
            .Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Name};dur={part.Took!.ToTimeSpan().TotalMilliseconds:0.###}")));
    }

    private static string OutcomeName(Job job) => Attempt.Descriptor.EnumTypes[0].FindValueByNumber((int)job.Outcome)?.Name ?? "";

    private static async Task SendAsync(HttpContext context, JobReading reading, Payload result, int status)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ByteAnswer.ContentType;
        response.ContentLength = result.Size;
        using var ending = context.Ending();
        if (result.Size > 0)
            await reading.SendAsync(result, 0, async (_, piece) => await response.Body.WriteAsync(piece, ending.Token), ending.Token);
    }
}
