using System.Collections.Concurrent;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Enrolment;

/// <summary>The workers that joined, in memory; what changes is stored first.</summary>
internal sealed partial class NodeRegistry(IEnrolmentStore store, TimeProvider clock, ILogger<NodeRegistry> logger) : IHostedService
{
    private readonly ConcurrentDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var record in await store.ListNodesAsync(cancellationToken))
            _nodes[record.Name] = new Node(record);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Null when none of that name ever joined.</summary>
    public Node? Find(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>Whether a worker of that name joined and was not removed since.</summary>
    public bool Stands(string name) => Find(name) is { Record.RevokedAt: null };

    /// <summary>Takes one use of a join token for a new node, or says why not.</summary>
    public async Task<EnrolmentAnswer> JoinAsync(string token, NodeRecord record)
    {
        var answer = await store.JoinAsync(token, record, CancellationToken.None);
        if (answer == EnrolmentAnswer.Joined)
            _nodes[record.Name] = new Node(record);
        return answer;
    }

    /// <summary>A node gets a certificate for another key. False when it was removed meanwhile.</summary>
    public async Task<bool> RenewAsync(Node node, byte[] nextKey, DateTimeOffset certifiedUntil)
    {
        if (!await store.RenewAsync(node.Record.Name, nextKey, certifiedUntil, CancellationToken.None))
            return false;
        node.Change(record => record with { NextKey = nextKey, CertifiedUntil = certifiedUntil });
        return true;
    }

    /// <summary>A node came with its next key: the one before is good no more.</summary>
    public void Promote(Node node, byte[] nextKey)
    {
        if (node.Change(record => record.NextKey is { } next && next.AsSpan().SequenceEqual(nextKey) ? record with { PublicKey = next, NextKey = null } : record))
            _ = StoreAsync(node.Record.Name, nextKey);
    }

    /// <summary>A node is out until it joins anew.</summary>
    public async Task RevokeAsync(string name)
    {
        if (!Stands(name))
            return;
        var now = clock.GetUtcNow();
        await store.RevokeAsync(name, now, CancellationToken.None);
        if (Find(name) is { } node)
        {
            node.Change(record => record with { RevokedAt = now });
            node.End();
        }
    }

    private async Task StoreAsync(string name, byte[] key)
    {
        try
        {
            await store.PromoteAsync(name, key, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Then the key before is good once more after a restart, until the node comes again.
            LogNotStored(name, e);
        }
    }

    [LoggerMessage(1961, LogLevel.Warning, "that worker {Worker} uses its new key could not be stored")]
    private partial void LogNotStored(string worker, Exception exception);
}

/// <summary>A worker that joined.</summary>
#pragma warning disable CA1001 // Calls that it ends may still look at its token, and a source without a timer holds nothing.
internal sealed class Node(NodeRecord record)
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private NodeRecord _record = record;

    public NodeRecord Record => Volatile.Read(ref _record);

    /// <summary>Ends when it is removed.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Whether anything changed.</summary>
    public bool Change(Func<NodeRecord, NodeRecord> change)
    {
        lock (_gate)
        {
            var changed = change(_record);
            if (ReferenceEquals(changed, _record))
                return false;
            Volatile.Write(ref _record, changed);
            return true;
        }
    }

    public void End() => _ended.Cancel();
}
