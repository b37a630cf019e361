using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Sessions;

namespace MiniLambda.Orchestrator.Tests.Tenants;

/// <summary>Names that are paths, statements or nonsense, given to every call that takes a name.</summary>
[Trait("Category", "Attack")]
public sealed class HostileNameTests : IAsyncLifetime
{
    private static readonly string[] Names =
    [
        "../../../../etc/passwd", "..", ".", "/etc/passwd", "a/../../b", "..\\..\\windows", "C:\\x", "file:///etc/passwd", "%2e%2e%2f", "~root", "-rf", "--help",
        "'; DROP TABLE jobs; --", "\" OR 1=1", "*", "img-*", "name\0cut", "a\nb", "\u001b[2J", "\u202etxt", "é", "con", "nul ", " lead", "trail ", "UPPER",
        new('a', 5000), $"{new string('0', 63)}/", $"sha256:{new string('.', 64)}", $"{new string('a', 62)}..", "🦀", "٣", "-1", "9223372036854775808",
    ];

    private TwoTenants _two = null!;

    private static List<string> Hostile
    {
        get
        {
            var random = new Random(20261126);
            const string letters = "./\\%:;'\"*?[]{}()|&$#@!~`<>, \0\t\n\r-_aZ0é";
            var mixed = Enumerable.Range(0, 30).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 100)).Select(_ => letters[random.Next(letters.Length)])));
            return [.. Names.Concat(mixed)];
        }
    }

    public async Task InitializeAsync() => _two = await TwoTenants.StartAsync();

    public async Task DisposeAsync() => await _two.DisposeAsync();

    [Fact]
    public async Task Every_call_that_takes_a_name_refuses_it_cleanly_and_nothing_appears_beside_the_data()
    {
        var beside = Beside();
        foreach (var name in Hostile)
        {
            foreach (var call in Calls(_two.Music, name))
            {
                try
                {
                    await call();
                }
                catch (ApiException e)
                {
                    Assert.True(IsClean(e), $"'{name}': {e.Status} {e.Reason} {e.Message}");
                }
            }
        }

        Assert.Equal(beside, Beside());
        Assert.Equal(3, (await _two.Photos.Jobs.ListAsync(new ListJobsRequest())).Jobs.Count);
    }

    [Theory]
    [InlineData("../w")]
    [InlineData("a b")]
    [InlineData("w\n")]
    [InlineData("")]
    [InlineData("\u202ew")]
    public async Task A_worker_of_such_a_name_is_not_taken_in(string name)
    {
        await Assert.ThrowsAsync<RpcException>(() => HandWorker.DialAsync(_two.Cluster, name));
        Assert.DoesNotContain((await _two.All.Cluster.ListWorkersAsync(new ListWorkersRequest())).Workers, worker => worker.Name == name);
    }

    private static bool IsClean(ApiException e) => e.Reason.Length > 0
        && e.Status is StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange or StatusCode.AlreadyExists
            or StatusCode.PermissionDenied;

    // The cluster's own folder and what lies around it.
    private List<string> Beside() =>
        [.. new DirectoryInfo(_two.Cluster.Store.Path).Parent!.EnumerateFileSystemInfos().Select(entry => entry.Name).Order()];

    private static IEnumerable<Func<Task>> Calls(ClusterConnection c, string name) =>
    [
        async () => await c.Functions.GetAsync(new GetFunctionRequest { Name = name }),
        async () => await c.Functions.DeleteAsync(new DeleteFunctionRequest { Name = name }),
        async () => await c.Functions.ListAsync(new ListFunctionsRequest { Name = name }),
        async () => await c.Functions.ListAsync(new ListFunctionsRequest { PageToken = name }),
        async () => await c.Functions.PushAsync(new PushFunctionRequest { Manifest = name, ModuleDigest = name }),
        async () => await c.Functions.PushAsync(new PushFunctionRequest { Manifest = $"name = '''{name}'''\nmodule = '''{name}'''\n", ModuleDigest = new string('a', 64) }),
        async () => await c.Blobs.StatAsync(new StatBlobRequest { Digest = name }),
        async () => await TwoTenants.ReadAsync(c.Blobs.Download(new DownloadBlobRequest { Digest = name })),
        async () => await UploadAsync(c, name),
        async () => await c.Jobs.SubmitAsync(new SubmitJobRequest { Function = name }),
        async () => await c.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize", InputDigest = name, IdempotencyKey = name }),
        async () => await c.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize", Overrides = new JobOverrides { Entry = name, Labels = { [name] = name } } }),
        async () => await c.Jobs.GetAsync(new GetJobRequest { Id = name }),
        async () => await c.Jobs.ExplainAsync(new ExplainJobRequest { Id = name }),
        async () => await c.Jobs.CancelAsync(new CancelJobRequest { Id = name }),
        async () => await c.Jobs.RetryAsync(new RetryJobRequest { Id = name }),
        async () => await c.Jobs.RemoveAsync(new RemoveJobRequest { Id = name }),
        async () => await c.Jobs.ListAsync(new ListJobsRequest { Function = name }),
        async () => await c.Jobs.ListAsync(new ListJobsRequest { Worker = name, Tenant = name }),
        async () => await c.Jobs.ListAsync(new ListJobsRequest { PageToken = name }),
        async () => await c.Jobs.CancelMatchingAsync(new MatchingJobsRequest { Worker = name, Tenant = name }),
        async () => await TwoTenants.ReadAsync(c.Jobs.Watch(new WatchJobsRequest { Ids = { name } })),
        async () => await TwoTenants.ReadAsync(c.Jobs.Logs(new JobLogsRequest { Id = name })),
        async () => await TwoTenants.ReadAsync(c.Jobs.Result(new JobResultRequest { Id = name })),
        async () => await TwoTenants.ReadAsync(c.Jobs.Input(new JobInputRequest { Id = name })),
        async () => await TwoTenants.ReadAsync(c.Events.Watch(new WatchEventsRequest { Job = name })),
        async () => await TwoTenants.ReadAsync(c.Events.Watch(new WatchEventsRequest { Function = name })),
        async () => await TwoTenants.ReadAsync(c.Events.Watch(new WatchEventsRequest { Worker = name })),
        async () => await c.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = name }),
        async () => await c.Cluster.DrainWorkerAsync(new DrainWorkerRequest { Name = name }),
        async () => await c.Cluster.ResumeWorkerAsync(new ResumeWorkerRequest { Name = name }),
        async () => await c.Cluster.RemoveWorkerAsync(new RemoveWorkerRequest { Name = name }),
        async () => await c.Cluster.ListWorkersAsync(new ListWorkersRequest { PageToken = name }),
    ];

    private static async Task UploadAsync(ClusterConnection c, string digest)
    {
        using var upload = c.Blobs.Upload();
        await upload.RequestStream.WriteAsync(new UploadBlobRequest { Header = new BlobHeader { Digest = digest, Size = 1 } });
        await upload.RequestStream.CompleteAsync();
        await upload.ResponseAsync;
    }
}
