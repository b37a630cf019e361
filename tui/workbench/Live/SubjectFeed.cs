using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Live;

/// <summary>Reads the details of the one thing that is selected, and of that only what its tab shows.</summary>
internal sealed partial class SubjectFeed : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPace = TimeSpan.FromSeconds(3);

    private readonly ClusterConnection _cluster;
    private readonly LogTail _log;
    private readonly TimeProvider _clock;
    private readonly Action<Func<Detail, Detail>> _change;
    private readonly Action _answered;
    private readonly CancellationToken _over;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private CancellationTokenSource? _shown;
    private Task _work = Task.CompletedTask;
    private Task _logWork = Task.CompletedTask;
    private CancellationTokenSource? _logStop;
    private volatile int _loggedAttempt;
    private volatile Shown _now = new(NoSubject.Value, DetailTab.Logs);

    /// <param name="change">Changes the detail of the snapshot.</param>
    /// <param name="answered">Told when the orchestrator answered.</param>
    public SubjectFeed(
        ClusterConnection cluster, LogTail log, TimeProvider clock, Action<Func<Detail, Detail>> change, Action answered, CancellationToken over) =>
        (_cluster, _log, _clock, _change, _answered, _over) = (cluster, log, clock, change, answered, over);

    /// <summary>Shows another thing, or another side of the same.</summary>
    public void Show(Subject subject, DetailTab tab)
    {
        lock (_gate)
        {
            var isSame = _now.Subject == subject;
            _now = new Shown(subject, tab);
            if (!isSame)
            {
                _change(_ => new Detail(subject));
                End(_logStop);
                _logStop = null;
                _log.Begin("");
            }

            if (subject is JobSubject job && tab == DetailTab.Logs && _log.Job != job.Id)
                FollowLog_NeedsLock(job.Id);
            End(_shown);
            _shown = CancellationTokenSource.CreateLinkedTokenSource(_over);
            var token = _shown.Token;
            _work = Chain(_work, () => KeepAsync(subject, tab, token));
        }
    }

    /// <summary>Something happened to a job.</summary>
    public void Happened(string job)
    {
        if (_now.Subject is JobSubject shown && shown.Id == job)
            Refresh();
    }

    public void Refresh()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        End(_shown);
        End(_logStop);
        await Task.WhenAll(_work, _logWork);
        _wake.Dispose();
    }

    private static void End(CancellationTokenSource? source)
    {
        source?.Cancel();
        source?.Dispose();
    }

    private static async Task Chain(Task before, Func<Task> next)
    {
        await before;
        await next();
    }

    private async Task KeepAsync(Subject subject, DetailTab tab, CancellationToken stop)
    {
        // The cursor runs over many rows on its way to one: only where it rests is asked for.
        var pace = Pace;
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(60), _clock, stop);
            while (true)
            {
                var problem = "";
                try
                {
                    await ReadAsync(subject, tab, stop);
                    _answered();
                }
                catch (ApiException e) when (e.Status != StatusCode.Unavailable)
                {
                    problem = e.Message;
                }
                catch (ApiException)
                {
                    // That it is away is told by the other reads; what was known stays.
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    problem = $"{e.GetType().Name}: {e.Message}";
                }

                _change(d => d.Subject != subject ? d : d with { Problems = Merge(d.Problems, tab, problem) });
                await Task.Delay(Pace, _clock, stop);
                pace = await _wake.WaitAsync(pace, stop) ? Pace : pace * 2 < LongestPace ? pace * 2 : LongestPace;
            }
        }
        catch (Exception e) when (e is OperationCanceledException || stop.IsCancellationRequested)
        {
            // Something else is shown now.
        }
    }

    private static Dictionary<DetailTab, string> Merge(IReadOnlyDictionary<DetailTab, string> problems, DetailTab tab, string problem)
    {
        var merged = new Dictionary<DetailTab, string>(problems);
        if (problem.Length > 0)
            merged[tab] = problem;
        else
            merged.Remove(tab);
        return merged;
    }

    private Detail Known(Subject subject)
    {
        var known = Detail.None;
        _change(d =>
        {
            known = d.Subject == subject ? d : Detail.None;
            return d;
        });
        return known;
    }

    private void Set(Subject subject, Func<Detail, Detail> change) => _change(d => d.Subject == subject ? change(d) : d);

    private void FollowLog_NeedsLock(string job)
    {
        End(_logStop);
        _logStop = CancellationTokenSource.CreateLinkedTokenSource(_over);
        var token = _logStop.Token;
        _log.Begin(job);
        _logWork = Chain(_logWork, () => FollowLogAsync(job, token));
    }

    /// <summary>A log that has ended goes on when its job is run once more.</summary>
    private void FollowLogAgain(JobSubject subject, Job job)
    {
        lock (_gate)
        {
            if (_now.Subject == subject && _log.Job == subject.Id && _logWork.IsCompleted && (job.FinishedAt is null || job.Attempt != _loggedAttempt))
                FollowLog_NeedsLock(subject.Id);
        }
    }

    private async Task FollowLogAsync(string job, CancellationToken stop)
    {
        var isAgain = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var workers = new Dictionary<int, string>();
                await foreach (var piece in _cluster.Jobs.LogsAsync(job, follow: true, stop))
                {
                    // What is known stays on the screen until it comes anew.
                    if (isAgain)
                        _log.BeginAgain(job);
                    isAgain = false;
                    if (!workers.TryGetValue(piece.Attempt, out var worker))
                    {
                        var known = await _cluster.Jobs.GetAsync(new GetJobRequest { Id = job }, cancellationToken: stop);
                        worker = workers[piece.Attempt] = known.Attempts.FirstOrDefault(a => a.Number == piece.Attempt)?.Worker ?? "";
                    }

                    _log.Add(job, new TailPiece(worker, piece));
                }

                _loggedAttempt = (await _cluster.Jobs.GetAsync(new GetJobRequest { Id = job }, cancellationToken: stop)).Attempt;
                _log.End(job);
                return;
            }
            catch (ApiException e) when (e.Status == StatusCode.NotFound)
            {
                _log.End(job);
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // It is away, for longer than the stream itself bears with: the log is read anew when it is back.
                isAgain = true;
                await Task.Delay(TimeSpan.FromSeconds(1), _clock, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    private sealed record Shown(Subject Subject, DetailTab Tab);
}
