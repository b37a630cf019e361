using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Live;

/// <summary>
/// Keeps a <see cref="Snapshot"/> of one cluster: events say what to look at again, and only what is on screen is read. Changes are told of at most four
/// times a second. When the orchestrator is away, what was known stays, and it is asked again with growing waits.
/// </summary>
public sealed partial class ClusterFeed : IClusterFeed, IAsyncDisposable
{
    /// <summary>Between two looks at the same thing, and between two publications.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly ClusterConnection _cluster;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _gate = new();
    private readonly SubjectFeed _subject;
    private readonly DueReads _due;
    private Snapshot _current;
    private Snapshot _published;
    private Wish _wish = Wish.Nothing;
    private Task _work = Task.CompletedTask;

    /// <param name="place">Name of the context, or the server.</param>
    public ClusterFeed(ClusterConnection cluster, string place, TimeProvider clock, Random random)
    {
        (_cluster, _clock, _random) = (cluster, clock, random);
        _current = _published = Snapshot.Empty with { Place = place, At = clock.GetUtcNow() };
        _due = new DueReads(clock);
        _subject = new SubjectFeed(cluster, Log, clock, change => Change(s => s with { Detail = change(s.Detail) }), Answered, _stop.Token);
    }

    /// <inheritdoc/>
    public event Action<Snapshot>? Published;

    /// <inheritdoc/>
    public Snapshot Current
    {
        get
        {
            lock (_gate)
                return _current;
        }
    }

    /// <inheritdoc/>
    public LogTail Log { get; } = new();

    /// <summary>Begins to read; what was wanted before is read first.</summary>
    public void Start() => _work = Task.WhenAll(ReadAsync(), WatchAsync(), PublishAsync());

    /// <inheritdoc/>
    public void Want(Wish wish)
    {
        Wish old;
        lock (_gate)
            (old, _wish) = (_wish, wish);
        if (old.Query != wish.Query || old.JobRows < wish.JobRows)
            _due.Mark(Part.Jobs, atOnce: true);
        if (!old.Open.SetEquals(wish.Open))
            _due.Mark(Part.Functions, atOnce: true);
        if (old.Subject != wish.Subject || old.Tab != wish.Tab)
            _subject.Show(wish.Subject, wish.Tab);
        Wake();
    }

    /// <inheritdoc/>
    public void Refresh()
    {
        foreach (var part in Enum.GetValues<Part>())
            _due.Mark(part, atOnce: true);
        _subject.Refresh();
        Wake();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        await _subject.DisposeAsync();
        _stop.Dispose();
        _wake.Dispose();
    }

    private void Change(Func<Snapshot, Snapshot> change)
    {
        lock (_gate)
            _current = change(_current) with { At = _clock.GetUtcNow() };
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it just now.
        }
    }

    private async Task PublishAsync()
    {
        using var timer = new PeriodicTimer(Tick, _clock);
        try
        {
            do
            {
                var current = Current;
                if (ReferenceEquals(current, _published) && !Log.HasNews)
                    continue;
                _published = current;
                Tell(current);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private void Tell(Snapshot current)
    {
        try
        {
            Published?.Invoke(current);
        }
        catch (Exception)
        {
            // A screen that has just gone: the next one is to hear of what follows all the same.
        }
    }

    private async Task ReadAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var parts = _due.Take();
                if (parts.Count > 0)
                {
                    await Task.WhenAll(parts.Select(ReadAsync));
                    Answered();
                    failures = 0;
                }

                await _wake.WaitAsync(Tick, _stop.Token);
            }
            catch (ApiException e)
            {
                Failed(e);
                _due.MarkAll();
                await WaitAsync(failures++);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is: a screen that stands still without saying so would be worse.
                Change(s => s with { Link = new Link(LinkState.Lost, s.Link.LastHeard, $"{e.GetType().Name}: {e.Message}") });
                _due.MarkAll();
                await WaitAsync(failures++);
            }
        }
    }

    private async Task WatchAsync()
    {
        var failures = 0;
        var request = new WatchEventsRequest { OnlyNew = true, Follow = true };
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var call = _cluster.Events.Watch(request, cancellationToken: _stop.Token);
                await foreach (var answer in call.ResponseStream.ReadAllAsync(_stop.Token))
                {
                    failures = 0;
                    (request.OnlyNew, request.AfterOffset) = (false, answer.Offset);
                    _due.HasEvents = true;
                    Take(answer.Events);
                }
            }
            catch (ApiException e) when (e.Reason == "EVENTS_TRIMMED")
            {
                (request.OnlyNew, request.AfterOffset) = (true, 0);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // The reads tell whether it is away; while nothing tells what happens, they are made more often.
            }

            _due.HasEvents = false;
            await WaitAsync(failures++);
        }
    }

    /// <summary>Waits that double from a quarter of a second to 4 s, of which the upper half is random.</summary>
    private async Task WaitAsync(int failures)
    {
        var half = Tick * (1 << Math.Min(failures, 4)) / 2;
        await Task.Delay(half + (half * _random.NextDouble()), _clock, _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private void Answered() => Change(s => s with { Link = new Link(LinkState.Live, _clock.GetUtcNow(), "") });

    private void Failed(ApiException e)
    {
        var state = e.Status is StatusCode.Unauthenticated or StatusCode.PermissionDenied ? LinkState.Refused : LinkState.Lost;
        Change(s => s with { Link = new Link(state, s.Link.LastHeard, e.Message) });
    }
}
