using System.Net;
using System.Net.Http.Headers;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Metrics;

/// <summary>What a scraper reads, over HTTP/1.1 as Prometheus does.</summary>
public sealed class ScrapeTests : IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private TestCluster? _cluster;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Counts_are_those_of_the_jobs_by_their_outcome()
    {
        _cluster = await TestCluster.StartAsync("attic");
        await _cluster.PushAsync("good", "echoes_stdin");
        await _cluster.PushAsync("bad", "exits_with_3", "[retry]\nattempts = 2\nbackoff = \"1ms\"\non = [\"exit\"]");
        await _cluster.PushAsync("slow", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"100ms\"\n[retry]\nattempts = 1");
        for (var i = 0; i < 7; i++)
            await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "good" });
        for (var i = 0; i < 3; i++)
            await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "bad" });
        await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "slow" });

        // What is measured may trail what was answered by a moment.
        var read = await ScrapeAsync(_cluster.Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (read["minilambda_job_dead_lettered_total"] < 4 || read["""minilambda_worker_slots{minilambda_state="free"}"""] < 2)
        {
            await Task.Delay(50, patience.Token);
            read = await ScrapeAsync(_cluster.Token);
        }

        Assert.Equal(11, read["""minilambda_job_submitted_total{minilambda_tenant="default"}"""]);
        Assert.Equal(7, read["""minilambda_job_finished_total{minilambda_state="succeeded",minilambda_tenant="default"}"""]);
        Assert.Equal(3, read["""minilambda_job_finished_total{minilambda_state="failed",minilambda_tenant="default"}"""]);
        Assert.Equal(1, read["""minilambda_job_finished_total{minilambda_state="timed_out",minilambda_tenant="default"}"""]);
        Assert.Equal(7, read["""minilambda_attempt_finished_total{minilambda_outcome="succeeded"}"""]);
        Assert.Equal(6, read["""minilambda_attempt_finished_total{minilambda_outcome="exit"}"""]);
        Assert.Equal(3, read["""minilambda_attempt_retries_total{minilambda_outcome="exit"}"""]);
        Assert.Equal(1, read["""minilambda_attempt_limits_total{minilambda_limit="timeout"}"""]);
        Assert.Equal(4, read["minilambda_job_dead_lettered_total"]);
        Assert.Equal(11, read["minilambda_job_duration_seconds_count"]);
        Assert.Equal(14, read["minilambda_attempt_duration_seconds_count"]);
        Assert.Equal(14, read["minilambda_job_queue_duration_seconds_count"]);
        Assert.True(read["minilambda_store_commit_duration_seconds_count"] >= 11);
        Assert.True(read["minilambda_store_commit_changes_sum"] >= 22);
        Assert.Equal(1, read["""minilambda_worker_changes_total{minilambda_change="joined"}"""]);
        Assert.Equal(1, read["""minilambda_worker_count{minilambda_state="active"}"""]);
        Assert.Equal(2, read["""minilambda_worker_slots{minilambda_state="free"}"""]);
        Assert.True(read["""minilambda_blob_io_bytes_total{minilambda_direction="write"}"""] > 0);
        Assert.Contains(read.Families, static name => name.StartsWith("dotnet_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_is_counted_and_has_its_age()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("good", "echoes_stdin");
        await _cluster.SubmitAsync("good");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        MetricsText read;
        do
        {
            read = await ScrapeAsync(_cluster.Token);
            Assert.Equal(1, read["""minilambda_job_active{minilambda_state="queued"}"""]);
            patience.Token.ThrowIfCancellationRequested();
        }
        while (read["minilambda_queue_oldest_age_seconds"] <= 0);
    }

    [Fact]
    public async Task A_scraper_needs_a_token_that_sees_all_tenants()
    {
        _cluster = await TestCluster.StartAsync(static options => options.TenantTokens["red"] = "tenant-token");
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync("tenant-token")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(_cluster.Token)).StatusCode);
    }

    [Fact]
    public async Task Who_does_not_measure_has_nothing_to_scrape()
    {
        _cluster = await TestCluster.StartAsync(static options => options.Metrics = false);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(_cluster.Token)).StatusCode);
    }

    [Fact]
    public async Task OpenMetrics_is_for_those_who_ask_for_it()
    {
        _cluster = await TestCluster.StartAsync();
        var answer = await GetAsync(_cluster.Token, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.Contains("# UNIT minilambda_store_commit_duration_seconds seconds\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_serves_its_own()
    {
        _cluster = await TestCluster.StartAsync();
        var worker = await _cluster.AddWorkerAsync("attic", static options => options.MetricsListen = new Uri("http://127.0.0.1:0"));
        await _cluster.PushAsync("good", "echoes_stdin");
        for (var i = 0; i < 5; i++)
            await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "good" });
        Assert.Equal("ok\n", await _client.GetStringAsync(new Uri(worker.ProbeUrl!, "/healthz")));
        Assert.Equal("ok\n", await _client.GetStringAsync(new Uri(worker.ProbeUrl!, "/readyz")));
        var read = new MetricsText(await _client.GetStringAsync(new Uri(worker.ProbeUrl!, "/metrics")));
        Assert.Equal(5, read["""minilambda_worker_attempt_finished_total{minilambda_outcome="succeeded"}"""]);
        Assert.Equal(5, read["minilambda_worker_run_duration_seconds_count"]);
        Assert.Equal(1, read["minilambda_worker_connections_total"]);
        Assert.Equal(2, read["minilambda_worker_slots_limit"]);
        // What was compiled ahead of need, or for the first of them, was found by the others.
        Assert.True(read["""minilambda_worker_artifact_lookups_total{minilambda_result="hit"}"""] >= 4);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync(new Uri(worker.ProbeUrl!, "/"))).StatusCode);
    }

    [Fact]
    public async Task A_worker_without_its_orchestrator_lives_and_is_not_ready()
    {
        _cluster = await TestCluster.StartAsync();
        var worker = await _cluster.AddWorkerAsync("attic", static options => options.MetricsListen = new Uri("http://127.0.0.1:0"));
        var (live, ready) = (HttpStatusCode.Unused, HttpStatusCode.OK);
        await _cluster.RestartOrchestratorAsync(() => (live, ready) = AwaitUnready(worker.ProbeUrl!));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (live, ready));

        (HttpStatusCode Live, HttpStatusCode Ready) AwaitUnready(Uri url)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            HttpStatusCode answer;
            do
            {
                patience.Token.ThrowIfCancellationRequested();
                answer = Get(new Uri(url, "/readyz"));
            }
            while (answer == HttpStatusCode.OK);
            return (Get(new Uri(url, "/healthz")), answer);
        }

        HttpStatusCode Get(Uri url)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var answer = _client.Send(request);
            return answer.StatusCode;
        }
    }

    private async Task<MetricsText> ScrapeAsync(string token)
    {
        var answer = await GetAsync(token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return new MetricsText(await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> GetAsync(string? token, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_cluster!.Url, "/metrics"));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _client.SendAsync(request);
    }
}
