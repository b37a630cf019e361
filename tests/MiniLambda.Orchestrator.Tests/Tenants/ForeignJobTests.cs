using System.Text;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Tenants;

/// <summary>One tenant's token against all that another one has.</summary>
[Trait("Category", "Attack")]
public sealed class ForeignJobTests : IAsyncLifetime
{
    private TwoTenants _two = null!;

    private JobService.JobServiceClient Music => _two.Music.Jobs;

    public async Task InitializeAsync() => _two = await TwoTenants.StartAsync();

    public async Task DisposeAsync() => await _two.DisposeAsync();

    [Fact]
    public async Task Another_tenants_job_is_in_every_call_as_one_that_never_was()
    {
        foreach (var id in new[] { _two.Done, _two.Waiting, _two.Failed, "j-06yp3h98cc7te" })
        {
            foreach (var call in Calls(id))
                Assert.Equal($"there is no job '{id}'", await ApiAssert.RefusedAsync(StatusCode.NotFound, "JOB_NOT_FOUND", call));
        }

        // Nothing came of it, and for its own tenant it is all there.
        Assert.Equal(Job.Types.State.Queued, (await _two.Photos.Jobs.GetAsync(new GetJobRequest { Id = _two.Waiting })).State);
        Assert.Equal(Job.Types.State.Failed, (await _two.Photos.Jobs.GetAsync(new GetJobRequest { Id = _two.Failed })).State);
        Assert.Equal(TwoTenants.Secret + " on stdout", Text((await TwoTenants.ReadAsync(_two.Photos.Jobs.Result(new JobResultRequest { Id = _two.Done }))).Select(c => c.Data)));
        Assert.Equal(TwoTenants.Secret + " on stdin", Text((await TwoTenants.ReadAsync(_two.Photos.Jobs.Input(new JobInputRequest { Id = _two.Done }))).Select(c => c.Data)));
        Assert.Equal(TwoTenants.Secret, Text((await TwoTenants.ReadAsync(_two.Photos.Jobs.Logs(new JobLogsRequest { Id = _two.Done }))).Select(c => c.Data)));
    }

    [Fact]
    public async Task Lists_and_changes_of_many_are_of_its_own_jobs_alone()
    {
        foreach (var tenant in new[] { "", "photos", "music" })
        {
            Assert.Empty((await Music.ListAsync(new ListJobsRequest { Tenant = tenant })).Jobs);
            Assert.Empty((await Music.ListAsync(new ListJobsRequest { Tenant = tenant, DeadLettered = true })).Jobs);
            Assert.Empty((await Music.ListAsync(new ListJobsRequest { Tenant = tenant, Function = "resize", States = { Job.Types.State.Queued } })).Jobs);
            var all = new MatchingJobsRequest { All = true, Tenant = tenant };
            Assert.Equal(0, (await Music.CancelMatchingAsync(all)).Count);
            Assert.Equal(0, (await Music.RedriveMatchingAsync(all)).Count);
            Assert.Equal(0, (await Music.PurgeMatchingAsync(all)).Count);
        }

        Assert.Equal(3, (await _two.Photos.Jobs.ListAsync(new ListJobsRequest())).Jobs.Count);
        Assert.Equal(1, (await _two.Photos.Jobs.PurgeMatchingAsync(new MatchingJobsRequest { All = true })).Count);
        Assert.Equal(1, (await _two.Photos.Jobs.CancelMatchingAsync(new MatchingJobsRequest { All = true })).Count);
    }

    [Fact]
    public async Task A_page_token_of_another_tenants_list_shows_nothing_of_it()
    {
        var page = await _two.Photos.Jobs.ListAsync(new ListJobsRequest { PageSize = 1 });
        Assert.NotEqual("", page.NextPageToken);
        Assert.Empty((await Music.ListAsync(new ListJobsRequest { PageToken = page.NextPageToken })).Jobs);
    }

    [Fact]
    public async Task Another_tenants_idempotency_key_is_free()
    {
        await _two.Cluster.PushAsync("resize", "echoes_stdin", connection: _two.Music);
        var own = await Music.SubmitAsync(new SubmitJobRequest { Function = "resize", IdempotencyKey = "k" });
        Assert.False(own.RepeatedRequest);
        Assert.Equal("music", own.Job.Tenant);
    }

    [Fact]
    public async Task Events_tell_of_its_own_jobs_and_of_workers_no_more_than_that_they_come_and_go()
    {
        Assert.Contains(await EventsAsync(_two.Photos, new WatchEventsRequest()), e => e.Job?.Id == _two.Done);
        var seen = await EventsAsync(_two.Music, new WatchEventsRequest());
        Assert.Contains(seen, e => e is { Kind: Event.Types.Kind.WorkerJoined, Worker: "w", Detail: "" });
        Assert.All(seen, e => Assert.True(e.Job is null && e.Detail.Length == 0));
        Assert.Empty(await EventsAsync(_two.Music, new WatchEventsRequest { Job = _two.Done }));
        Assert.Empty(await EventsAsync(_two.Music, new WatchEventsRequest { Function = "resize" }));
    }

    [Fact]
    public async Task The_cluster_tells_a_tenant_of_its_own_jobs_and_not_how_fast_those_of_others_go()
    {
        var music = await _two.Music.Cluster.InfoAsync(new ClusterInfoRequest());
        Assert.Equal((0, null, "music"), (music.QueuedJobs, music.Throughput, music.Tenant));
        Assert.Equal(1, (await _two.Photos.Cluster.InfoAsync(new ClusterInfoRequest())).QueuedJobs);
        var all = await _two.All.Cluster.InfoAsync(new ClusterInfoRequest());
        Assert.Equal((1, "default"), (all.QueuedJobs, all.Tenant));
        Assert.NotNull(all.Throughput);
    }

    [Fact]
    public async Task Explain_names_nothing_of_others()
    {
        await _two.Cluster.PushAsync("mine", "echoes_stdin", connection: _two.Music);
        var job = (await Music.SubmitAsync(new SubmitJobRequest { Function = "mine" })).Job;
        var told = (await Music.ExplainAsync(new ExplainJobRequest { Id = job.Id })).ToString();
        Assert.DoesNotContain("photos", told, StringComparison.Ordinal);
        Assert.DoesNotContain("resize", told, StringComparison.Ordinal);
        Assert.DoesNotContain(_two.Waiting, told, StringComparison.Ordinal);
    }

    private IEnumerable<Func<Task>> Calls(string id) =>
    [
        async () => await Music.GetAsync(new GetJobRequest { Id = id }),
        async () => await Music.ExplainAsync(new ExplainJobRequest { Id = id }),
        async () => await Music.CancelAsync(new CancelJobRequest { Id = id }),
        async () => await Music.RetryAsync(new RetryJobRequest { Id = id }),
        async () => await Music.RemoveAsync(new RemoveJobRequest { Id = id }),
        async () => await TwoTenants.ReadAsync(Music.Watch(new WatchJobsRequest { Ids = { id } })),
        async () => await TwoTenants.ReadAsync(Music.Logs(new JobLogsRequest { Id = id })),
        async () => await TwoTenants.ReadAsync(Music.Logs(new JobLogsRequest { Id = id, Follow = true })),
        async () => await TwoTenants.ReadAsync(Music.Result(new JobResultRequest { Id = id })),
        async () => await TwoTenants.ReadAsync(Music.Input(new JobInputRequest { Id = id })),
    ];

    private static async Task<List<Event>> EventsAsync(Client.ClusterConnection connection, WatchEventsRequest request) =>
        [.. (await TwoTenants.ReadAsync(connection.Events.Watch(request))).SelectMany(answer => answer.Events)];

    private static string Text(IEnumerable<Google.Protobuf.ByteString> pieces) => Encoding.UTF8.GetString([.. pieces.SelectMany(piece => piece.ToByteArray())]);
}
