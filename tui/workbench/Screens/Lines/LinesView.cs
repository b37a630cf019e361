using System.Text;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>
/// A view of very many lines of which it draws only those that are seen: scrolling, wrapping, a cursor, selection of whole lines, search with marked
/// matches, copying, and a status row at the bottom. Where the lines come from is for its heirs to say.
/// </summary>
public abstract partial class LinesView : View
{
    private readonly LineScroll _scroll;
    private StatusPrompt? _prompt;
    private bool _isMissing;

    protected LinesView(ActiveTheme theme)
    {
        Theme = theme;
        CanFocus = true;
        _scroll = new LineScroll(RowsOf);
    }

    /// <summary>Gets what a person copied; the last line has no newline.</summary>
    public Action<string>? Copied { get; set; }

    /// <summary>Long lines go on in the next row instead of beyond the right edge.</summary>
    public bool Wraps
    {
        get;
        set
        {
            field = value;
            LeftColumn = 0;
            Settle();
        }
    }

    /// <summary>What is looked for and marked; null when nothing is.</summary>
    public LineSearch? Search
    {
        get;
        private set
        {
            field = value;
            _isMissing = false;
            SetNeedsDraw();
        }
    }

    /// <summary>The line that keys act on.</summary>
    public int CursorLine { get; private set; }

    /// <summary>The other end of the selection; null when only the line of the cursor is meant.</summary>
    public int? SelectionAnchor { get; private set; }

    /// <summary>Columns that are scrolled off at the left.</summary>
    public int LeftColumn { get; private set; }

    /// <summary>The first line that is seen.</summary>
    public int TopLine => _scroll.Line;

    protected ActiveTheme Theme { get; }

    protected abstract int LineCount { get; }

    /// <summary>Rows for lines; the status row is not one of them.</summary>
    protected int PageHeight => Math.Max(1, Viewport.Height - (HasStatusRow ? 1 : 0));

    /// <summary>Whether the cursor is shown: it is where keys go.</summary>
    protected virtual bool ShowsCursor => HasFocus;

    private bool HasStatusRow => Viewport.Height > 2;

    /// <exception cref="ArgumentOutOfRangeException">There is no such line.</exception>
    protected abstract string TextAt(int line);

    /// <summary>What stands before a line and is neither searched nor copied; all lines of one view have one as wide.</summary>
    protected virtual string PrefixAt(int line) => "";

    protected virtual ThemeRole PrefixRole(int line) => ThemeRole.Muted;

    /// <summary>The line goes on where the one before was cut, as it was too long: when copied, there is no newline between them.</summary>
    protected virtual bool IsContinuation(int line) => false;

    /// <summary>Says which role each UTF-16 unit of a line has; all are plain before.</summary>
    protected virtual void Colour(int line, string text, Span<ThemeRole> roles)
    {
    }

    /// <summary>What the status row says at its left.</summary>
    protected virtual string StatusText => LineCount == 0 ? "empty" : $"line {CursorLine + 1:N0}/{LineCount:N0}";

    /// <summary>What stands in the middle of the view while there are no lines.</summary>
    protected virtual string EmptyText => "";

    /// <summary>Goes to a line and shows it.</summary>
    public void GoTo(int line)
    {
        CursorLine = Math.Clamp(line, 0, Math.Max(0, LineCount - 1));
        _scroll.Reveal(CursorLine, LineCount, PageHeight);
        SetNeedsDraw();
    }

    /// <summary>Marks a text and goes to its next match; an empty one ends the search.</summary>
    /// <returns>False when no line has it.</returns>
    public bool Find(string pattern)
    {
        Search = pattern.Length == 0 ? null : new LineSearch(pattern);
        if (Search is null || LineCount > 0 && Search.IsIn(TextAt(CursorLine)))
            return true;
        return FindNext();
    }

    /// <summary>Goes to the next line with a match, around the end; false when there is none.</summary>
    public bool FindNext(bool backwards = false)
    {
        var found = Search?.Next(CursorLine, LineCount, TextAt, backwards);
        _isMissing = found is null;
        SetNeedsDraw();
        if (found is not { } line)
            return false;
        SelectionAnchor = null;
        OnNavigating();
        // With some lines around it, as a match alone says little.
        _scroll.Reveal(Math.Min(LineCount - 1, line + PageHeight / 3), LineCount, PageHeight);
        _scroll.Reveal(Math.Max(0, line - PageHeight / 3), LineCount, PageHeight);
        GoTo(line);
        RevealMatch(line);
        return true;
    }

    /// <summary>The lines that are selected, or the line of the cursor.</summary>
    public string SelectedText()
    {
        if (LineCount == 0)
            return "";
        var (first, last) = Selected();
        var text = new StringBuilder(TextAt(first));
        for (var line = first + 1; line <= last; line++)
            text.Append(IsContinuation(line) ? "" : "\n").Append(TextAt(line));
        return text.ToString();
    }

    /// <summary>Asks the status row's question.</summary>
    protected void Ask(StatusPrompt prompt)
    {
        _prompt = prompt;
        SetNeedsDraw();
    }

    /// <summary>A person moved, so that a view which follows its end stops doing so.</summary>
    protected virtual void OnNavigating()
    {
    }

    /// <summary>Shows the end, and puts the cursor there.</summary>
    protected void ShowEnd()
    {
        CursorLine = Math.Max(0, LineCount - 1);
        _scroll.ToEnd(LineCount, PageHeight);
        SetNeedsDraw();
    }

    /// <summary>Shows other lines from the first one on.</summary>
    protected void Restart()
    {
        (CursorLine, SelectionAnchor, LeftColumn) = (0, null, 0);
        _scroll.ToStart();
        SetNeedsDraw();
    }

    /// <summary>Stays where it was after some lines were taken away before the first.</summary>
    protected void Shift(int taken)
    {
        CursorLine = Math.Max(0, CursorLine - taken);
        SelectionAnchor = SelectionAnchor is { } anchor ? Math.Max(0, anchor - taken) : null;
        _scroll.Shift(taken);
        Settle();
    }

    protected void Settle()
    {
        CursorLine = Math.Clamp(CursorLine, 0, Math.Max(0, LineCount - 1));
        if (SelectionAnchor >= LineCount)
            SelectionAnchor = null;
        _scroll.Settle(LineCount, PageHeight);
        SetNeedsDraw();
    }

    protected override void OnViewportChanged(DrawEventArgs e)
    {
        base.OnViewportChanged(e);
        Settle();
    }

    protected override void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView)
    {
        base.OnHasFocusChanged(newHasFocus, previousFocusedView, focusedView);
        SetNeedsDraw();
    }

    private (int First, int Last) Selected() =>
        (Math.Min(CursorLine, SelectionAnchor ?? CursorLine), Math.Max(CursorLine, SelectionAnchor ?? CursorLine));

    private void RevealMatch(int line)
    {
        if (Wraps)
            return;
        var text = TextAt(line);
        var at = Search!.In(text).First();
        TextCell.Layout(text, _cells);
        var column = _cells.First(c => c.Index + c.Length > at).Column;
        var room = Math.Max(1, Viewport.Width - PrefixWidth(PrefixAt(line)));
        if (column < LeftColumn || column + Search.Pattern.Length > LeftColumn + room)
            LeftColumn = column + Search.Pattern.Length <= room ? 0 : Math.Max(0, column - room / 2);
    }
}
