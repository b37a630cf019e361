using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Storage.Backup;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Checks;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Tests;

/// <summary>A data folder with a function and jobs in it, in a temporary folder.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    public static readonly DateTimeOffset T0 = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("minilambda-store-").FullName;
    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random(7));
    private SqliteDatabase? _database;

    public TestStore() => Folder = new StoreFolder(Beside("data"));

    public StoreFolder Folder { get; }

    public SqliteDatabase Database => _database!;

    public SqliteJobStore Jobs => new(Database);

    public BlobFolder Blobs { get; private set; } = null!;

    public static async Task<TestStore> CreateAsync()
    {
        var store = new TestStore();
        store.Open();
        var module = await store.PutAsync("a module");
        const string manifest = "name = \"f\"";
        await new SqliteFunctionStore(store.Database).PushAsync(Lane.DefaultTenant, ManifestToml.Read(manifest, "test").Manifest!, manifest, module, 8, T0, default);
        return store;
    }

    public string Beside(string name) => Path.Combine(_root, name);

    public void Open()
    {
        _database = SqliteDatabase.Open(Folder.Database, NullLogger.Instance);
        Blobs = new BlobFolder(Folder.Blobs, TimeProvider.System);
    }

    public async Task CloseAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _database = null;
    }

    public async Task<BlobDigest> PutAsync(string text)
    {
        return (await Blobs.PutAsync(Content(), null, 1 << 20, default)).Digest;

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Content()
        {
            await Task.Yield();
            yield return System.Text.Encoding.UTF8.GetBytes(text);
        }
    }

    public async Task<JobRecord> SubmitAsync(Payload input = default, string function = "f") => (await Jobs.SubmitAsync(
        new NewJob(_ids.Next(), FunctionName.Parse(function), 1, JobOverrides.None, input, 0, T0, new Lane(Lane.DefaultTenant, "")), null, true, default)).Job;

    /// <summary>A job that has been run, with as many failures before its end, and a result in a blob.</summary>
    public async Task<JobRecord> FinishedAsync(int failures, AttemptOutcome outcome = AttemptOutcome.Succeeded)
    {
        var job = await SubmitAsync();
        var policy = RetryPolicy.Default with { Attempts = failures + 1, On = [RetryCause.Exit] };
        for (var attempt = 1; attempt <= failures; attempt++)
        {
            await Jobs.ClaimAsync(job.Id, new LeaseClaim("w", T0), default);
            await Jobs.FinishAsync(job.Id, attempt, AttemptReport.Failure(AttemptOutcome.Exit, "3"), policy, T0, 0, default);
        }

        await Jobs.ClaimAsync(job.Id, new LeaseClaim("w", T0), default);
        await Jobs.StartAsync(job.Id, failures + 1, "w", T0, default);
        var text = string.Create(CultureInfo.InvariantCulture, $"result of {job.Id}");
        var result = Payload.OfBlob(await PutAsync(text), text.Length);
        return (await Jobs.FinishAsync(job.Id, failures + 1, new AttemptReport { Outcome = outcome, Stdout = result }, policy, T0, 0, default)).Job!;
    }

    public Task<BackupSummary> BackupAsync(string file, List<string>? lacking = null) =>
        StoreBackup.WriteAsync(Folder, file, TimeProvider.System, blob => lacking?.Add(blob), default);

    public static Task<BackupSummary> RestoreAsync(string file, string data, bool replace = false) =>
        StoreRestore.ReadAsync(file, new StoreFolder(data), replace, TimeProvider.System, NullLogger.Instance, default);

    public Task<List<string>> CheckAsync() => CheckAsync(Folder);

    public static async Task<List<string>> CheckAsync(StoreFolder folder)
    {
        var findings = new List<string>();
        await StoreCheck.RunAsync(folder, TimeProvider.System, finding => findings.Add(finding.ToString()), default);
        return findings;
    }

    /// <summary>Changes a bit of a blob's file.</summary>
    public void Damage(BlobDigest blob)
    {
        using var file = new FileStream(Path.Combine(Folder.Blobs, blob.Hex[..2], blob.Hex[2..]), FileMode.Open);
        var first = file.ReadByte();
        file.Position = 0;
        file.WriteByte((byte)(first ^ 1));
    }

    /// <summary>Changes the head of a page that holds rows, in the last part of the file.</summary>
    public void DamagePage()
    {
        const int size = 4096;
        const byte rows = 0x0d;
        var file = File.ReadAllBytes(Folder.Database);
        var page = Enumerable.Range(1, (file.Length / size) - 1).Last(i => file[i * size] == rows && file[(i * size) + 4] > 1);
        file[(page * size) + 1] ^= 0x40;
        file[(page * size) + 8] ^= 0x40;
        File.WriteAllBytes(Folder.Database, file);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_root, recursive: true);
    }
}
