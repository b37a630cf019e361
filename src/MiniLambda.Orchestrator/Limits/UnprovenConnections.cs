using System.Net;
using Microsoft.AspNetCore.Connections;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Limits;

/// <summary>
/// Connections that have shown no credential yet. They are few and short: past <see cref="OrchestratorOptions.MaxUnprovenConnections"/> the oldest of the
/// address that has most of them gives way, so that a flood displaces itself and not its neighbours, and after
/// <see cref="OrchestratorOptions.UnprovenPatience"/> each is cut, whatever it was saying. Safe to use from many threads.
/// </summary>
internal sealed partial class UnprovenConnections(OrchestratorOptions options, TimeProvider clock, ILogger<UnprovenConnections> logger) : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, LinkedList<UnprovenConnection>> _byAddress = [];
    private int _count;
    private int _displaced;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    /// <summary>The first thing that a connection meets.</summary>
    public async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var unproven = new UnprovenConnection(this, connection, Peer(connection.RemoteEndPoint), clock.GetTimestamp());
        connection.Features.Set(unproven);
        Add(unproven)?.Cut("others of its address came after it before it showed a credential");
        try
        {
            await next(connection);
        }
        finally
        {
            Remove(unproven);
        }
    }

    /// <summary>A connection is over, or has shown a credential.</summary>
    public void Remove(UnprovenConnection connection)
    {
        lock (_gate)
        {
            if (connection.Place is not { List: { } siblings } place)
                return;
            siblings.Remove(place);
            connection.Place = null;
            _count--;
            if (siblings.Count == 0)
                _byAddress.Remove(connection.Peer);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var late in TakeLate())
                late.Cut($"it showed no credential within {options.UnprovenPatience.TotalSeconds:0} s");
            if (Interlocked.Exchange(ref _displaced, 0) is var displaced and > 0)
                LogDisplaced(displaced, Count);
        }
    }

    /// <returns>The one that has to give way.</returns>
    private UnprovenConnection? Add(UnprovenConnection connection)
    {
        lock (_gate)
        {
            if (!_byAddress.TryGetValue(connection.Peer, out var siblings))
                _byAddress[connection.Peer] = siblings = [];
            connection.Place = siblings.AddLast(connection);
            if (++_count <= options.MaxUnprovenConnections)
                return null;
            _displaced++;
            return Take_NeedsLock(_byAddress.Values.MaxBy(static list => list.Count)!);
        }
    }

    private List<UnprovenConnection> TakeLate()
    {
        var now = clock.GetTimestamp();
        var late = new List<UnprovenConnection>();
        lock (_gate)
        {
            foreach (var siblings in _byAddress.Values.ToList())
            {
                while (siblings.First is { } oldest && clock.GetElapsedTime(oldest.Value.Since, now) > options.UnprovenPatience)
                    late.Add(Take_NeedsLock(siblings));
            }
        }

        return late;
    }

    private UnprovenConnection Take_NeedsLock(LinkedList<UnprovenConnection> siblings)
    {
        var oldest = siblings.First!.Value;
        siblings.RemoveFirst();
        oldest.Place = null;
        _count--;
        if (siblings.Count == 0)
            _byAddress.Remove(oldest.Peer);
        return oldest;
    }

    private static IPAddress Peer(EndPoint? endPoint) => endPoint is IPEndPoint { Address: var address } ? AttemptLimits.Source(address) : IPAddress.None;

    [LoggerMessage(1901, LogLevel.Warning, "{Displaced} connections without a credential gave way to others within a second; {Waiting} wait to show one")]
    private partial void LogDisplaced(int displaced, int waiting);
}

/// <summary>A connection that has shown no credential yet; among the features of the connection.</summary>
/// <param name="since">When it was made, in the clock's ticks.</param>
internal sealed class UnprovenConnection(UnprovenConnections all, ConnectionContext connection, IPAddress peer, long since)
{
    public IPAddress Peer => peer;

    public long Since => since;

    /// <summary>Where it stands in <see cref="UnprovenConnections"/>; null when it does not any more.</summary>
    public LinkedListNode<UnprovenConnection>? Place { get; set; }

    /// <summary>A call came over it with a credential that stands.</summary>
    public void Prove()
    {
        if (Place is not null)
            all.Remove(this);
    }

    public void Cut(string reason) => connection.Abort(new ConnectionAbortedException(reason));
}
