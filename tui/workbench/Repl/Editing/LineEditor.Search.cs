namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>Ctrl-R: searching in what was typed before, while it is typed what for.</summary>
internal sealed partial class LineEditor
{
    /// <summary>The search that is going on; null when none is.</summary>
    public HistorySearch? Search { get; private set; }

    private void BeginSearch() => Search = new HistorySearch("", history.Count, Buffer, IsFailing: false);

    /// <summary>What the key means to the search; null when it ends the search and means what it always does.</summary>
    private EditorRequest? PressInSearch(Key key)
    {
        var search = Search!;
        switch (key)
        {
            case { Kind: KeyKind.Text or KeyKind.Paste }:
                Find(search with { Query = search.Query + key.Text.ReplaceLineEndings(" ") }, search.Index);
                return EditorRequest.None;
            case { Kind: KeyKind.Ctrl, Text: "r" }:
                Find(search, search.Index - 1);
                return EditorRequest.None;
            case { Kind: KeyKind.Backspace }:
                var shorter = new LineBuffer(search.Query, search.Query.Length);
                Find(search with { Query = shorter.Cut(shorter.Previous()).Text }, history.Count);
                return EditorRequest.None;
            case { Kind: KeyKind.Escape } or { Kind: KeyKind.Ctrl, Text: "g" or "c" }:
                (Buffer, Search) = (search.Before, null);
                return EditorRequest.None;
            default:
                Search = null;
                return null;
        }
    }

    private void Find(HistorySearch search, int from)
    {
        if (search.Query.Length == 0)
        {
            (Buffer, Search) = (search.Before, search with { Index = history.Count, IsFailing = false });
            return;
        }

        if (history.FindContaining(search.Query, from) is not { } found)
        {
            Search = search with { IsFailing = true };
            return;
        }

        var line = history[found];
        Buffer = new LineBuffer(line, line.IndexOf(search.Query, StringComparison.OrdinalIgnoreCase));
        Search = search with { Index = found, IsFailing = false };
        _historyIndex = found;
    }
}

/// <summary>A search in what was typed before.</summary>
/// <param name="Index">The line that was found last.</param>
/// <param name="Before">The line as it was, for who gives up.</param>
/// <param name="IsFailing">Whether nothing holds the text.</param>
internal sealed record HistorySearch(string Query, int Index, LineBuffer Before, bool IsFailing);
