using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Tests;

/// <summary>Answers calls for jobs as a test says, and notes how they came.</summary>
internal sealed class JobScript : JobService.JobServiceBase
{
    /// <summary>Oldest first.</summary>
    public List<Call> Calls { get; } = [];

    public Func<Task<Job>> OnGet { get; set; } = () => Task.FromResult(new Job());

    /// <summary>Whether streams are answered before their first message.</summary>
    public bool AnswersAtOnce { get; set; }

    /// <summary>For <c>Submit</c> and <c>Invoke</c>.</summary>
    public Func<Task<Job>> OnSubmit { get; set; } = () => Task.FromResult(new Job());

    public Func<WatchJobsRequest, IEnumerable<Job>> OnWatch { get; set; } = _ => [];

    public Func<JobLogsRequest, IEnumerable<JobLogChunk>> OnLogs { get; set; } = _ => [];

    public Func<JobResultRequest, IEnumerable<JobResultChunk>> OnResult { get; set; } = _ => [];

    public Func<JobInputRequest, IEnumerable<JobInputChunk>> OnInput { get; set; } = _ => [];

    public override Task<Job> Get(GetJobRequest request, ServerCallContext context)
    {
        Note(context);
        return OnGet();
    }

    public override async Task<SubmitJobResponse> Submit(SubmitJobRequest request, ServerCallContext context)
    {
        Note(context);
        return new SubmitJobResponse { Job = await OnSubmit() };
    }

    public override async Task<InvokeJobResponse> Invoke(SubmitJobRequest request, ServerCallContext context)
    {
        Note(context);
        return new InvokeJobResponse { Job = await OnSubmit() };
    }

    public override Task Watch(WatchJobsRequest request, IServerStreamWriter<Job> responseStream, ServerCallContext context) =>
        SendAsync(() => OnWatch(request), responseStream, context);

    public override Task Logs(JobLogsRequest request, IServerStreamWriter<JobLogChunk> responseStream, ServerCallContext context) =>
        SendAsync(() => OnLogs(request), responseStream, context);

    public override Task Result(JobResultRequest request, IServerStreamWriter<JobResultChunk> responseStream, ServerCallContext context) =>
        SendAsync(() => OnResult(request), responseStream, context);

    public override Task Input(JobInputRequest request, IServerStreamWriter<JobInputChunk> responseStream, ServerCallContext context) =>
        SendAsync(() => OnInput(request), responseStream, context);

    private async Task SendAsync<T>(Func<IEnumerable<T>> answer, IServerStreamWriter<T> target, ServerCallContext context)
    {
        Note(context);
        if (AnswersAtOnce)
            await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        foreach (var message in answer())
            await target.WriteAsync(message, context.CancellationToken);
    }

    private void Note(ServerCallContext context) => Calls.Add(new Call(context.RequestHeaders.GetValue("authorization"), context.Deadline));

    /// <summary>How a call came.</summary>
    internal sealed record Call(string? Authorization, DateTime Deadline);
}
