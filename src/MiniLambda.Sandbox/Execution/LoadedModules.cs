using MiniLambda.Domain.Blobs;

namespace MiniLambda.Sandbox.Execution;

/// <summary>The compiled modules that are loaded in this process, the least recently used of which go when there are too many.</summary>
internal sealed class LoadedModules(int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(BlobDigest Digest, bool Metered, LoadedModule Module)> _byUse = new();
    private readonly Dictionary<(BlobDigest, bool), LinkedListNode<(BlobDigest Digest, bool Metered, LoadedModule Module)>> _nodes = [];

    public LoadedModule? Find(BlobDigest digest, bool metered)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue((digest, metered), out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Module;
        }
    }

    public void Add(BlobDigest digest, bool metered, LoadedModule module)
    {
        lock (_gate)
        {
            var key = (digest, metered);
            if (_nodes.Remove(key, out var old))
                _byUse.Remove(old);
            _nodes[key] = _byUse.AddFirst((digest, metered, module));
            if (_nodes.Count <= capacity)
                return;
            // Not disposed: a guest may be starting from it. Its finalizer frees it when nobody does any more.
            var last = _byUse.Last!;
            _byUse.RemoveLast();
            _nodes.Remove((last.Value.Digest, last.Value.Metered));
        }
    }
}
