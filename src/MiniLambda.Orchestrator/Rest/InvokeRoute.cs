using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Traces;
using JobOverrides = MiniLambda.Contracts.V1.JobOverrides;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Runs a function as if it stood behind a URL: the body is its stdin, its stdout is the answer's body.</summary>
internal sealed class InvokeRoute(JobIntake intake, JobReading reading, RawBody bodies, StreamLifetime lifetime, OrchestratorOptions options) : IRestResource
{
    private const string OverridesHeader = "minilambda-overrides";

    private static readonly string[] NotAsked = ["function", "input", "inputDigest", "overrides", "idempotencyKey"];

    public void Map(RestRoutes routes) => routes.Post("/functions/{name}/invoke", "JobService/Invoke", new Operation("invoke", "functions", "Runs a function and waits for what it writes"), InvokeAsync)
        .Says("The body, of whatever type, is its stdin, and the answer's body its stdout, byte for byte. The job is as durable as a submitted one, and goes on when the client goes away. "
            + "With Prefer: respond-async the answer comes once the job is on disk.")
        .Query(SubmitJobRequest.Descriptor, NotAsked).Query(JobOverrides.Descriptor)
        .Header("Idempotency-Key", "A second request with the same key makes no second job: it is answered with the first one's.")
        .Header("Prefer", "respond-async")
        .Header(OverridesHeader, "As overrides of submitJob, in JSON: what is not to stand in a URL. The query's settings are added to it.")
        .Takes("*/*", isOptional: true)
        .Gives(StatusCodes.Status200OK, "It exited with 0.", new Content(ByteAnswer.ContentType, null))
        .Gives(Job.Descriptor, StatusCodes.Status202Accepted, "With Prefer: respond-async: accepted.")
        .Gives(StatusCodes.Status502BadGateway, "It exited with another code (the body is its stdout all the same), trapped or ran into a limit.", new Content(ByteAnswer.ContentType, null))
        .Gives(StatusCodes.Status503ServiceUnavailable, "No worker ran it to its end, or none took it within its time to live.")
        .Gives(StatusCodes.Status504GatewayTimeout, "It ran past its timeout.")
        .GivesHeaders(InvokeAnswer.Headers);

    private async Task InvokeAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var sent = Read(context);
        var input = await bodies.TakeAsync(context, caller, options.MaxInputBytes, "INPUT_TOO_LARGE");
        if (input.Blob.IsEmpty)
            sent.Input = UnsafeByteOperations.UnsafeWrap(input.Inline);
        else
            sent.InputDigest = input.Blob.Hex;
        var request = JobMapping.Read(sent, caller, CallTrace.Of(context));
        if (PrefersAsync(context.Request))
        {
            await AcceptAsync(context, request);
            return;
        }

        using var ending = lifetime.Link(context);
        var (job, result) = await intake.InvokeAsync(request, context.RequestAborted, ending.Token);
        await InvokeAnswer.WriteAsync(context, reading, job, result);
    }

    private async Task AcceptAsync(HttpContext context, JobRequest request)
    {
        var (submission, unplaceable) = await intake.SubmitAsync(request, context.RequestAborted);
        var written = JobMapping.Write(submission.Job);
        written.Unplaceable = unplaceable;
        context.Response.Headers.Location = RestCall.Path("jobs", written.Id);
        context.Response.Headers["preference-applied"] = "respond-async";
        await ProtoJson.WriteAsync(context, written, StatusCodes.Status202Accepted);
    }

    private static SubmitJobRequest Read(HttpContext context)
    {
        var name = context.Route("name");
        var sent = QueryFields.Read<SubmitJobRequest>(context);
        sent.Overrides = context.Request.Headers[OverridesHeader].ToString() is { Length: > 0 } text
            ? ProtoJson.Parse<JobOverrides>(System.Text.Encoding.UTF8.GetBytes(text))
            : new JobOverrides();
        QueryFields.Fill(sent.Overrides, context.Request.Query);
        (sent.Function, sent.IdempotencyKey) = (name, context.IdempotencyKey());
        return sent;
    }

    // RFC 7240.
    private static bool PrefersAsync(HttpRequest request) => request.Headers["prefer"]
        .SelectMany(static line => (line ?? "").Split(',')).Any(static one => one.Split(';')[0].Trim().Equals("respond-async", StringComparison.OrdinalIgnoreCase));
}
