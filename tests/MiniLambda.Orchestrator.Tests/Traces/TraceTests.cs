using System.Diagnostics;
using MiniLambda.Client.Traces;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Traces;

/// <summary>One trace from a client's call to its job's outcome.</summary>
public sealed class TraceTests : IAsyncDisposable
{
    // Of this test alone: others run beside it, in the same process.
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivityListener _listener;
    private TestCluster? _cluster;
    private OtlpReceiver? _receiver;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == TraceInterceptor.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == _trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        if (_receiver is not null)
            await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_call_its_job_and_the_attempt_are_one_trace_at_a_collector()
    {
        _receiver = await OtlpReceiver.StartAsync();
        _cluster = await TestCluster.StartAsync(options => options.OtlpEndpoint = _receiver.Url);
        var worker = await _cluster.AddWorkerAsync("attic", options => options.OtlpEndpoint = _receiver.Url);
        await _cluster.PushAsync("echo", "echoes_stdin");
        Job job;
        string call;
        using (var program = Begin())
        {
            string? made = null;
            _listener.ActivityStarted = span => made = span.SpanId.ToHexString();
            job = (await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" })).Job;
            call = made!;
        }

        Assert.Contains(_trace.ToHexString(), job.Traceparent, StringComparison.Ordinal);
        await worker.DisposeAsync();
        await _cluster.RestartOrchestratorAsync();
        var spans = _receiver.Spans.Where(span => span.TraceId == _trace.ToHexString()).ToList();
        var submit = Assert.Single(spans, span => span.Name == "submit");
        Assert.Equal((call, "minilambda-orchestrator"), (submit.ParentId, submit.Service));
        foreach (var name in (string[])["queue", "lease", "attempt", "outcome"])
            Assert.Equal(submit.SpanId, Assert.Single(spans, span => span.Name == name).ParentId);
        var attempt = spans.Single(span => span.Name == "attempt");
        Assert.Equal("minilambda-worker", attempt.Service);
        foreach (var name in (string[])["start", "run"])
            Assert.Equal(attempt.SpanId, Assert.Single(spans, span => span.Name == name).ParentId);
        // The module was fetched and compiled for it, unless that was done ahead of need.
        Assert.Superset(spans.Select(span => span.Name).ToHashSet(), (HashSet<string>)["submit", "queue", "lease", "attempt", "fetch", "compile", "start", "run", "outcome"]);
        Assert.All(spans, static span => Assert.True(span.Start <= span.End, $"{span}"));
        Assert.Contains(("minilambda-orchestrator", "minilambda.job.finished"), _receiver.Metrics.Keys);
        Assert.Contains(("minilambda-worker", "minilambda.worker.attempt.finished"), _receiver.Metrics.Keys);
    }

    [Fact]
    public async Task A_guest_finds_its_trace_in_its_environment()
    {
        _cluster = await TestCluster.StartAsync("attic");
        await _cluster.PushAsync("env", ModuleText.PrintsItsEnvironment, "");
        using (Begin())
        {
            var invoked = await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "env" });
            Assert.StartsWith($"TRACEPARENT=00-{_trace}-", invoked.Result.ToStringUtf8(), StringComparison.Ordinal);
            var own = new SubmitJobRequest { Function = "env", Overrides = new JobOverrides { Env = { ["TRACEPARENT"] = "mine" } } };
            Assert.StartsWith("TRACEPARENT=mine\0", (await _cluster.Connection.Jobs.InvokeAsync(own)).Result.ToStringUtf8(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(
            "TRACEPARENT", (await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "env" })).Result.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_keeps_its_trace_over_a_restart()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("echo", "echoes_stdin");
        string id;
        using (Begin())
            id = (await _cluster.SubmitAsync("echo")).Id;
        await _cluster.RestartOrchestratorAsync();
        Assert.Contains(_trace.ToHexString(), (await _cluster.GetAsync(id)).Traceparent, StringComparison.Ordinal);
        Assert.Equal("", (await _cluster.SubmitAsync("echo")).Traceparent);
    }

    [Fact]
    public async Task Measurements_of_a_traced_job_name_its_trace_as_their_example()
    {
        _receiver = await OtlpReceiver.StartAsync();
        _cluster = await TestCluster.StartAsync(options => options.OtlpEndpoint = _receiver.Url, "attic");
        await _cluster.PushAsync("echo", "echoes_stdin");
        using (Begin())
            await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" });
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_cluster.Url, "/metrics"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_cluster.Token}");
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text");
        using var answer = await client.SendAsync(request);
        Assert.Contains($"# {{trace_id=\"{_trace}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A span of the calling program.</summary>
    private Activity Begin()
    {
        var program = new Activity("program").SetParentId(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        program.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        return program.Start();
    }
}
