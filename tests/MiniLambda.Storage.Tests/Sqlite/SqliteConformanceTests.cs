using MiniLambda.Domain.Access;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Workers;
using MiniLambda.Storage.Conformance;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Tests.Sqlite;

public sealed class SqliteJobStoreTests : JobStoreConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<IJobStore> ReopenAsync() => new SqliteJobStore(await _file.ReopenAsync());

    public override Task DisposeAsync() => _file.RemoveAsync();
}

public sealed class SqliteJobLogStoreTests : JobLogStoreConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<(IJobLogStore Logs, IJobStore Jobs)> ReopenAsync()
    {
        var database = await _file.ReopenAsync();
        return (new SqliteJobLogStore(database), new SqliteJobStore(database));
    }

    public override Task DisposeAsync() => _file.RemoveAsync();
}

public sealed class SqliteWorkerStoreTests : WorkerStoreConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<IWorkerStore> ReopenAsync() => new SqliteWorkerStore(await _file.ReopenAsync());

    public override Task DisposeAsync() => _file.RemoveAsync();
}

public sealed class SqliteEnrolmentStoreTests : EnrolmentStoreConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<IEnrolmentStore> ReopenAsync() => new SqliteEnrolmentStore(await _file.ReopenAsync());

    public override Task DisposeAsync() => _file.RemoveAsync();
}

public sealed class SqliteFunctionStoreTests : FunctionStoreConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<(IFunctionStore Functions, IJobStore Jobs)> ReopenAsync()
    {
        var database = await _file.ReopenAsync();
        return (new SqliteFunctionStore(database), new SqliteJobStore(database));
    }

    public override Task DisposeAsync() => _file.RemoveAsync();
}

public sealed class SqliteEventLogTests : EventLogConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<(IEventLog Log, IJobStore Jobs)> OpenAsync()
    {
        var database = await _file.ReopenAsync();
        return (new SqliteEventLog(database), new SqliteJobStore(database));
    }

    public override Task DisposeAsync() => _file.RemoveAsync();
}

public sealed class SqliteTokenStoreTests : TokenStoreConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<ITokenStore> ReopenAsync() => new SqliteTokenStore(await _file.ReopenAsync());

    public override Task DisposeAsync() => _file.RemoveAsync();
}

public sealed class SqliteBlobOwnersTests : BlobOwnersConformance
{
    private readonly DatabaseFile _file = new();

    protected override async Task<(IBlobOwners Owners, IFunctionStore Functions, IJobStore Jobs)> ReopenAsync()
    {
        var database = await _file.ReopenAsync();
        return (new SqliteBlobOwners(database), new SqliteFunctionStore(database), new SqliteJobStore(database));
    }

    public override Task DisposeAsync() => _file.RemoveAsync();
}
