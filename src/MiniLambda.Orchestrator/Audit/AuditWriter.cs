using System.Threading.Channels;

namespace MiniLambda.Orchestrator.Audit;

/// <summary>
/// Brings entries to the audit log, one after the other. Nobody waits for it: what comes while the queue is full, or beyond what one peer's denied
/// attempts may take, is counted, and the count is written. While the disk refuses, entries wait in the queue and the orchestrator goes on serving.
/// </summary>
internal sealed partial class AuditWriter : IHostedService, IDisposable
{
    /// <summary>Entries that may wait.</summary>
    public const int MaxWaiting = 8192;

    public const string TornAction = "audit.torn";
    public const string CutAction = "audit.cut";
    public const string LostAction = "audit.lost";
    public const string TrimAction = "audit.trim";
    public const string SummaryAction = "denied.summary";

    private const int MaxBatch = 512;
    private const string Self = "orchestrator";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TendInterval = TimeSpan.FromHours(1);

    private readonly AuditFolder _folder;
    private readonly AuditTail _tail;
    private readonly TimeSpan _keep;
    private readonly TimeProvider _clock;
    private readonly ILogger<AuditWriter> _logger;
    private readonly DeniedLimit _denied = new();

    // Never disposed: a host that failed may be stopped twice, and a source without a timer holds nothing.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<AuditRecord> _waiting =
        Channel.CreateBounded<AuditRecord>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Lock _gate = new();
    private AuditMark _written = AuditMark.Origin;
    private TaskCompletionSource _news = NewCall();
    private long _lostDone;
    private long _lostDenied;
    private bool _isFailing;
    private Task _running = Task.CompletedTask;

    public AuditWriter(OrchestratorOptions options, TimeProvider clock, ILogger<AuditWriter> logger)
    {
        (_clock, _logger, _keep) = (clock, logger, options.KeepAudit);
        _folder = AuditFolder.Of(options.Data);
        _tail = new AuditTail(_folder, options.AuditFileBytes, options.AuditFileAge);
    }

    public AuditFolder Folder => _folder;

    /// <summary>The newest entry that is on disk, and what completes when there are more.</summary>
    public (AuditMark Head, Task More) Written
    {
        get
        {
            lock (_gate)
                return (_written, _news.Task);
        }
    }

    /// <summary>Hands an entry over; never waits. Its number and hash come when it is written.</summary>
    public void Add(AuditRecord record)
    {
        if (record.Outcome == AuditOutcome.Denied && !_denied.Admit(record.Peer, record.At))
            return;
        if (!_waiting.Writer.TryWrite(record))
            Interlocked.Increment(ref record.Outcome == AuditOutcome.Denied ? ref _lostDenied : ref _lostDone);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var findings = _tail.Open(now);
        foreach (var (action, detail) in findings)
        {
            LogFinding(detail);
            Add(Own(action, "", detail, now));
        }

        Tell(_tail.Head);
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Writes what waits; what the disk refuses then is told in the log of the orchestrator.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _running;
    }

    public void Dispose() => _tail.Dispose();

    private async Task RunAsync()
    {
        var batch = new List<AuditRecord>();
        var tended = _clock.GetTimestamp();
        var isFirst = true;
        while (true)
        {
            var isOver = _stopping.IsCancellationRequested;
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var record))
                batch.Add(record);
            AddCounts(batch, isOver);
            if (batch.Count > 0 && !TryAppend(batch))
            {
                if (isOver)
                {
                    LogGaveUp(batch.Count + _waiting.Reader.Count);
                    return;
                }

                await Task.Delay(Patience, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            batch.Clear();
            if (isFirst || _clock.GetElapsedTime(tended) > TendInterval)
                (isFirst, tended) = (false, Tend());
            if (_waiting.Reader.Count > 0)
                continue;
            if (isOver)
                return;
            await WaitAsync();
        }
    }

    // Until something comes, or counts may have to be told.
    private async Task WaitAsync()
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var coming = _waiting.Reader.WaitToReadAsync(until.Token).AsTask();
        await Task.WhenAny(coming, Task.Delay(DeniedLimit.Window, _clock, until.Token));
        await until.CancelAsync();
        await ((Task)coming).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void AddCounts(List<AuditRecord> batch, bool all)
    {
        var now = _clock.GetUtcNow();
        foreach (var summary in _denied.Take(now, all))
        {
            batch.Add(new AuditRecord(
                0, now, SummaryAction, AuditOutcome.Denied, "nobody", "", summary.Peer, "",
                $"{summary.Count} more denied attempts between {summary.From.UtcDateTime:O} and {summary.To.UtcDateTime:O}"));
        }

        var (done, denied) = (Interlocked.Exchange(ref _lostDone, 0), Interlocked.Exchange(ref _lostDenied, 0));
        if (done + denied > 0)
            batch.Add(Own(LostAction, "", $"{done + denied} entries could not be kept while the log could not be written ({done} done, {denied} denied)", now));
    }

    private bool TryAppend(List<AuditRecord> batch)
    {
        try
        {
            _tail.Append(batch, _clock.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Once, not every second.
            if (!_isFailing)
                LogFailed(_folder.Path, e.Message);
            _isFailing = true;
            return false;
        }

        if (_isFailing)
            LogWorksAgain(_folder.Path);
        _isFailing = false;
        Tell(_tail.Head);
        return true;
    }

    private long Tend()
    {
        try
        {
            var now = _clock.GetUtcNow();
            if (_tail.Expired(now - _keep) is { } last)
            {
                if (TryAppend([Own(TrimAction, $"{last.Number}", $"entries up to {last.Number} are older than {_keep.TotalDays:0} days or too many, and were removed; the last had the hash {last.Hash}", now)]))
                    _tail.Remove(last);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotTended(e.Message);
        }

        return _clock.GetTimestamp();
    }

    private void Tell(AuditMark head)
    {
        TaskCompletionSource call;
        lock (_gate)
        {
            _written = head;
            (call, _news) = (_news, NewCall());
        }

        call.TrySetResult();
    }

    private static AuditRecord Own(string action, string target, string detail, DateTimeOffset now) =>
        new(0, now, action, AuditOutcome.Done, Self, "", "", target, detail);

    private static TaskCompletionSource NewCall() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(1112, LogLevel.Error, "AUDIT LOG {Folder} CANNOT BE WRITTEN: {Problem}. The orchestrator goes on; entries wait in memory, more of them are counted")]
    private partial void LogFailed(string folder, string problem);

    [LoggerMessage(1113, LogLevel.Warning, "audit log {Folder} is written again")]
    private partial void LogWorksAgain(string folder);

    [LoggerMessage(1114, LogLevel.Error, "{Count} entries of the audit log are lost: it could not be written until the orchestrator stopped")]
    private partial void LogGaveUp(int count);

    [LoggerMessage(1115, LogLevel.Warning, "audit log: {Finding}")]
    private partial void LogFinding(string finding);

    [LoggerMessage(1116, LogLevel.Warning, "old files of the audit log could not be removed: {Problem}")]
    private partial void LogNotTended(string problem);
}
