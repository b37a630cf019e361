using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Orchestrator.Health;

/// <summary>Whether an orchestrator can do its work.</summary>
internal enum ReadyState
{
    Ready = 1,

    /// <summary>It has not begun to listen.</summary>
    Starting,

    /// <summary>It stops: what comes now is better sent elsewhere, or later.</summary>
    Stopping,

    /// <summary>The store does not take what it is given.</summary>
    StoreFails,

    /// <summary>The store does not answer.</summary>
    StoreHangs,

    /// <summary>Less room is left on the disk than there must be.</summary>
    DiskLow,
}

/// <summary>What readiness is found out by.</summary>
/// <param name="WriteAsync">Writes to the store; completes when that is on disk.</param>
/// <param name="FreeBytes">Room on its disk.</param>
internal sealed record StoreProbe(Func<CancellationToken, Task> WriteAsync, Func<long> FreeBytes)
{
    public static StoreProbe Of(SqliteDatabase database, OrchestratorOptions options) =>
        new(database.ProbeAsync, () => FreeSpace.Of(options.Data));
}

/// <summary>Finds out whether the orchestrator is ready, when somebody asks; an answer is good for a second, whoever asks, so that asking costs little.</summary>
internal sealed partial class Readiness(
    StoreProbe probe, OrchestratorOptions options, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Readiness> logger) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _asking = new(1);
    private ReadyState _known = ReadyState.Ready;
    private long? _askedAt;

    public async Task<ReadyState> AskAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return ReadyState.Stopping;
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return ReadyState.Starting;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_askedAt is { } at && clock.GetElapsedTime(at) < Fresh)
                return _known;
            var (state, reason) = await FindOutAsync();
            _askedAt = clock.GetTimestamp();
            if (state != ReadyState.Ready && _known == ReadyState.Ready)
                LogNotReady(reason);
            if (state == ReadyState.Ready && _known != ReadyState.Ready)
                LogReady();
            return _known = state;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<(ReadyState State, string Reason)> FindOutAsync()
    {
        using var late = new CancellationTokenSource(Patience, clock);
        try
        {
            var free = probe.FreeBytes();
            if (free < options.DiskFloorBytes)
                return (ReadyState.DiskLow, $"{free} bytes are free on the disk of {options.Data}; at least {options.DiskFloorBytes} must be");
            await probe.WriteAsync(late.Token).WaitAsync(late.Token);
            return (ReadyState.Ready, "");
        }
        catch (OperationCanceledException)
        {
            return (ReadyState.StoreHangs, $"the store took no change within {Patience.TotalSeconds} s");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return (ReadyState.StoreFails, e.Message);
        }
    }

    [LoggerMessage(1931, LogLevel.Warning, "not ready: {Reason}")]
    private partial void LogNotReady(string reason);

    [LoggerMessage(1932, LogLevel.Information, "ready again")]
    private partial void LogReady();
}
