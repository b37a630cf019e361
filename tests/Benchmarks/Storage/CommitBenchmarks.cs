using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Benchmarks.Storage;

/// <summary>Submitting jobs durably from so many callers at once, beside SQLite alone with one durable commit for each row.</summary>
public class CommitBenchmarks : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-bench-");
    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random(1));
    private SqliteDatabase _database = null!;
    private SqliteJobStore _jobs = null!;
    private SqliteConnection _bare = null!;
    private long _row;

    [Params(1, 64)]
    public int Callers { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _database = SqliteDatabase.Open(Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.db"), NullLogger.Instance);
        _jobs = new SqliteJobStore(_database);
        _bare = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.db")};Pooling=False");
        await _bare.OpenAsync();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE jobs(seq INTEGER PRIMARY KEY, id TEXT UNIQUE, input BLOB)");
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await _bare.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public void BareCommits()
    {
        for (var i = 0; i < Callers; i++)
            Execute($"INSERT INTO jobs VALUES(NULL, '{_row++}', x'00')");
    }

    [Benchmark]
    public Task Submits() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => _jobs.SubmitAsync(
        new NewJob(_ids.Next(), FunctionName.Parse("f"), 1, JobOverrides.None, default, 0, DateTimeOffset.UnixEpoch, new Lane(Lane.DefaultTenant, "")), null, isUrgent: true, default)));

    private void Execute(string sql)
    {
        using var command = _bare.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
