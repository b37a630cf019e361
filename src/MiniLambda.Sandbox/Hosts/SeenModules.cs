using MiniLambda.Domain.Blobs;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>The modules that a host was given last, as many as it keeps loaded.</summary>
internal sealed class SeenModules(int capacity)
{
    private readonly LinkedList<(BlobDigest, bool)> _byUse = new();
    private readonly Dictionary<(BlobDigest, bool), LinkedListNode<(BlobDigest, bool)>> _nodes = [];

    /// <summary>Whether it was never given any.</summary>
    public bool IsEmpty => _nodes.Count == 0;

    public bool Contains(BlobDigest module, bool metered) => _nodes.ContainsKey((module, metered));

    public void Add(BlobDigest module, bool metered)
    {
        if (_nodes.Remove((module, metered), out var known))
            _byUse.Remove(known);
        _nodes.Add((module, metered), _byUse.AddFirst((module, metered)));
        // One at least: whether there is any at all is asked too.
        if (_nodes.Count <= Math.Max(capacity, 1))
            return;
        _nodes.Remove(_byUse.Last!.Value);
        _byUse.RemoveLast();
    }
}
