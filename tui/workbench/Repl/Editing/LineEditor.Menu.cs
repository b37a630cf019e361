using MiniLambda.Workbench.Commands.Completion;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>Tab: what the word at the cursor may become.</summary>
internal sealed partial class LineEditor
{
    /// <summary>The suggestions that are shown; null when none are.</summary>
    public SuggestionMenu? Menu { get; private set; }

    /// <summary>Takes what was found after <see cref="EditorRequest.Suggest"/>: the word goes on as far as it is clear how, and where it is not, a menu opens.</summary>
    /// <returns>Whether it was of use.</returns>
    public bool Offer(Suggestions found)
    {
        if (found.Asked != Buffer || found.All.Count == 0)
            return false;
        if (found.All is [var only])
        {
            Replace(found.Start, only);
            return true;
        }

        var common = CommonPrefix(found.All.Select(s => s.Value));
        // Half a word can only go on where it needs no quotes.
        if (common.Length > found.Typed.Length && ShellQuote.Of(common) == common)
            Buffer = new LineBuffer(Buffer.Text[..found.Start] + common + Buffer.After, found.Start + common.Length);
        else
            Menu = new SuggestionMenu(found, -1);
        return true;
    }

    /// <summary>What the key means to the menu; null when it closes the menu and means what it always does.</summary>
    private EditorRequest? PressInMenu(Key key)
    {
        var menu = Menu!;
        switch (key.Kind)
        {
            case KeyKind.Tab or KeyKind.Down:
                Select(menu.Selected + 1);
                return EditorRequest.None;
            case KeyKind.BackTab or KeyKind.Up:
                Select(menu.Selected < 0 ? -1 : menu.Selected - 1);
                return EditorRequest.None;
            case KeyKind.Escape:
                (Buffer, Menu) = (menu.Found.Asked, null);
                return EditorRequest.None;
            case KeyKind.Enter when menu.Selected >= 0:
                Menu = null;
                return EditorRequest.None;
            default:
                Menu = null;
                return null;
        }
    }

    private void Select(int index)
    {
        var found = Menu!.Found;
        var selected = (index + found.All.Count) % found.All.Count;
        Buffer = found.Asked;
        Replace(found.Start, found.All[selected]);
        Menu = new SuggestionMenu(found, selected);
    }

    private void Replace(int start, Suggestion suggestion)
    {
        var word = ShellQuote.Of(suggestion.Value);
        var isFollowed = Buffer.After.StartsWith(' ');
        var text = Buffer.Text[..start] + word + (suggestion.IsWhole && !isFollowed ? " " : "");
        Buffer = new LineBuffer(text + Buffer.After, text.Length);
    }

    private static string CommonPrefix(IEnumerable<string> values)
    {
        string? common = null;
        foreach (var value in values)
        {
            var length = 0;
            while (common is not null && length < Math.Min(common.Length, value.Length) && common[length] == value[length])
                length++;
            common = common is null ? value : common[..length];
        }

        return common!;
    }
}

/// <summary>Suggestions on the screen.</summary>
/// <param name="Selected">The one that stands in the line; -1 when none does.</param>
internal sealed record SuggestionMenu(Suggestions Found, int Selected);
