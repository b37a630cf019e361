using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Live;

/// <summary>A list that can be shown once, or watched.</summary>
/// <param name="AskAsync">Asks for all of it.</param>
/// <param name="Table">Makes the table: told whether the wide one is wanted, and the moment that ages count to.</param>
/// <param name="Key">Names an item.</param>
/// <param name="Mark">Equal for as long as nothing of an item is worth telling: a load that goes up and down is not.</param>
internal sealed record WatchedList<T>(
    Func<ClusterConnection, CallOptions, Task<IReadOnlyList<T>>> AskAsync, Func<IEnumerable<T>, bool, DateTimeOffset, TextTable> Table,
    Func<T, string> Key, Func<T, object> Mark)
    where T : IMessage
{
    /// <summary>Whether an item that is not in the list any more is gone: not so where a list has only the newest ones.</summary>
    public bool TellsGone { get; init; }

    /// <summary>Whether the list begins with what is newest; a text that grows ends with it.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>Appends items that changed as lines of JSON.</summary>
    public Action<IReadOnlyList<T>, DateTimeOffset> JsonPrinter(CommandTerminal terminal)
    {
        var changes = new ListChanges<T>(Key, Mark);
        return (items, _) =>
        {
            foreach (var item in InOrder(changes.Next(items).Changed))
                OutputFormat.WriteLine(terminal, item);
        };
    }

    /// <summary>Appends items that changed as rows, under one heading.</summary>
    public Action<IReadOnlyList<T>, DateTimeOffset> TextPrinter(CommandTerminal terminal, bool isWide)
    {
        var changes = new ListChanges<T>(Key, Mark);
        var widths = new List<int>();
        var isFirst = true;
        return (items, now) =>
        {
            var (changed, gone) = changes.Next(items);
            var table = Table(InOrder(changed), isWide, now);
            if (isFirst)
                terminal.Out.WriteLine(table.Heading(widths));
            isFirst = false;
            foreach (var key in TellsGone ? gone : [])
                table.Add(key, "gone");
            foreach (var line in table.RowLines(widths))
                terminal.Out.WriteLine(line);
        };
    }

    private IEnumerable<T> InOrder(IReadOnlyList<T> items) => IsNewestFirst ? items.Reverse() : items;
}
