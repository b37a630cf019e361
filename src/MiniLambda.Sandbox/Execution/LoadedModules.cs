using MiniLambda.Domain.Blobs;

namespace MiniLambda.Sandbox.Execution;

/// <summary>
/// The compiled modules that are loaded in this process, the least recently used of which go when there are too many. Each holds a file open and its
/// code mapped, so a module goes at once when the last guest that runs it has ended.
/// </summary>
internal sealed class LoadedModules(int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<LoadedModule> _byUse = new();
    private readonly Dictionary<(BlobDigest, bool), LinkedListNode<LoadedModule>> _nodes = [];

    /// <summary>The module, for one guest; null when it is not loaded.</summary>
    public LoadedModule? Rent(BlobDigest digest, bool metered)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue((digest, metered), out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            node.Value.Users++;
            return node.Value;
        }
    }

    /// <summary>Keeps a module that was just loaded, and is used by one guest. When another thread was faster, both are used and one goes soon.</summary>
    public void Add(BlobDigest digest, bool metered, LoadedModule module)
    {
        lock (_gate)
        {
            module.Users = 1;
            if (_nodes.Remove((digest, metered), out var old))
                Drop_NeedsLock(old);
            _nodes[(digest, metered)] = _byUse.AddFirst(module);
            module.Key = (digest, metered);
            if (_nodes.Count <= capacity)
                return;
            var last = _byUse.Last!;
            _nodes.Remove(last.Value.Key);
            Drop_NeedsLock(last);
        }
    }

    /// <summary>A guest has ended.</summary>
    public void Return(LoadedModule module)
    {
        lock (_gate)
        {
            if (--module.Users == 0 && module.IsDropped)
                module.Dispose();
        }
    }

    private void Drop_NeedsLock(LinkedListNode<LoadedModule> node)
    {
        _byUse.Remove(node);
        node.Value.IsDropped = true;
        if (node.Value.Users == 0)
            node.Value.Dispose();
    }
}
