namespace MiniLambda.Workbench.Commands.Live;

/// <summary>What changed from one list to the next.</summary>
/// <param name="key">Names an item.</param>
/// <param name="mark">Equal for as long as nothing of an item is worth telling.</param>
internal sealed class ListChanges<T>(Func<T, string> key, Func<T, object> mark)
{
    private Dictionary<string, object> _known = [];

    /// <returns>Items that are new or changed, in the order of the list; and the keys of those that are not in it any more.</returns>
    public (IReadOnlyList<T> Changed, IReadOnlyList<string> Gone) Next(IReadOnlyCollection<T> items)
    {
        var marks = new Dictionary<string, object>();
        foreach (var item in items)
            marks[key(item)] = mark(item);
        var changed = items.Where(item => !_known.TryGetValue(key(item), out var before) || !before.Equals(marks[key(item)])).ToList();
        var gone = _known.Keys.Where(known => !marks.ContainsKey(known)).Order(StringComparer.Ordinal).ToList();
        _known = marks;
        return (changed, gone);
    }
}
