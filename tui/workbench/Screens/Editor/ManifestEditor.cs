using System.Drawing;
using System.Globalization;
using System.Runtime.InteropServices;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Toml;
using MiniLambda.Workbench.Screens.Lines;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Drivers;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>
/// Edits a manifest in place: what is wrong with it is underlined as it is typed and said in the status row. It saves nothing itself, and asks for a
/// save only of what is valid.
/// </summary>
public sealed partial class ManifestEditor : View
{
    /// <summary>UTF-16 units of a manifest that may be edited at most.</summary>
    public const int MaxLength = 256 << 10;

    private readonly ActiveTheme _theme;
    private readonly TextDocument _document = new();
    private readonly List<TomlState> _states = [];
    private readonly List<TextCell> _cells = [];
    private string _original = "";
    private string _source = ManifestToml.FileName;
    private string _message = "";
    private IReadOnlyList<FaultSpan> _faults = [];
    private int _seenVersion = -1;
    private int _topLine;
    private int _leftColumn;
    private LineSearch? _search;
    private StatusPrompt? _prompt;

    public ManifestEditor(ActiveTheme theme)
    {
        _theme = theme;
        CanFocus = true;
        Cursor = new Cursor { Style = CursorStyle.SteadyBar };
        Validate();
    }

    /// <summary>A person wants what stands here to be saved: it is valid, and differs from what was loaded.</summary>
    public event EventHandler? SaveRequested;

    /// <summary>Gets what a person copied or cut.</summary>
    public Action<string>? Copied { get; set; }

    /// <summary>What stands here, with newlines of one character.</summary>
    public string Toml => _document.Text;

    /// <summary>What was loaded.</summary>
    public string Original => _original;

    public bool IsModified => _document.Text != _original;

    /// <summary>The manifest as it stands; null while it is not valid.</summary>
    public FunctionManifest? Manifest { get; private set; }

    /// <summary>What is wrong, in the order of the text.</summary>
    public IReadOnlyList<TextError> Errors { get; private set; } = [];

    /// <summary>Takes a manifest; changes of the one before are lost.</summary>
    /// <param name="source">Its name in errors.</param>
    public void Load(string toml, string source = ManifestToml.FileName)
    {
        _source = source;
        _document.Load(toml);
        _original = _document.Text;
        (_topLine, _leftColumn, _search, _prompt, _message) = (0, 0, null, null, "");
        AfterKey();
    }

    /// <summary>Shows a message in the status row until the next key.</summary>
    public void Say(string message)
    {
        _message = message;
        SetNeedsDraw();
    }

    /// <summary>Asks for a save, or says in the status row why there is none.</summary>
    /// <returns>Whether it was asked for.</returns>
    public bool Save()
    {
        Validate();
        if (_faults.Count > 0)
        {
            _document.MoveTo(new TextPosition(_faults[0].Line, _faults[0].Start));
            AfterKey();
            Say($"not saved: {_faults[0].Message}");
            return false;
        }

        if (!IsModified)
        {
            Say("nothing changed");
            return false;
        }

        SaveRequested?.Invoke(this, EventArgs.Empty);
        return true;
    }

    protected override void OnViewportChanged(DrawEventArgs e)
    {
        base.OnViewportChanged(e);
        Reveal();
    }

    protected override void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView)
    {
        base.OnHasFocusChanged(newHasFocus, previousFocusedView, focusedView);
        SetNeedsDraw();
    }

    protected override bool OnClearingViewport()
    {
        SetAttribute(_theme.Current[ThemeRole.Plain]);
        return false;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        for (var y = 0; y < PageHeight && _topLine + y < _document.Lines.Count; y++)
            DrawLine(_topLine + y, y);
        if (Viewport.Height > 1)
            DrawStatus();
        PlaceCursor();
        return true;
    }

    private int PageHeight => Math.Max(1, Viewport.Height - 1);

    private int GutterWidth => _document.Lines.Count.ToString(CultureInfo.InvariantCulture).Length + 3;

    private int TextWidth => Math.Max(1, Viewport.Width - GutterWidth);

    private void DrawLine(int number, int y)
    {
        var faults = _faults.Where(f => f.Line == number).ToArray();
        var gutter = $"{(faults.Length > 0 ? "!" : " ")}{(number + 1).ToString(CultureInfo.InvariantCulture).PadLeft(GutterWidth - 3)}│ ";
        RowPainter.Paint(this, 0, y, Viewport.Width, gutter, faults.Length > 0 ? ThemeRole.Failed : ThemeRole.Muted, _theme.Current);

        // One more than there is: where something is missing at the end, or the newline is selected, there is something to be seen.
        var line = _document.Lines[number];
        var text = line + " ";
        var roles = new ThemeRole[text.Length];
        TomlColours.Colour(line, _states[number], roles.AsSpan(0, line.Length));
        foreach (var fault in faults)
            roles.AsSpan(fault.Start, fault.End - fault.Start).Fill(ThemeRole.Fault);
        foreach (var at in _search?.In(line) ?? [])
            roles.AsSpan(at, _search!.Pattern.Length).Fill(ThemeRole.Match);
        var selection = _document.Selection;
        for (var i = 0; i < roles.Length; i++)
        {
            if (!selection.IsEmpty && selection.Contains(new TextPosition(number, i)))
                roles[i] = ThemeRole.Selection;
        }

        TextCell.Layout(text, _cells);
        RowPainter.Paint(this, GutterWidth, y, TextWidth, text, CollectionsMarshal.AsSpan(_cells), _leftColumn, roles, _theme.Current);
    }

    private void DrawStatus()
    {
        var (y, width) = (Viewport.Height - 1, Viewport.Width);
        if (_prompt is { } prompt)
        {
            RowPainter.Paint(this, 0, y, width, prompt.Shown, ThemeRole.Plain, _theme.Current);
            return;
        }

        var place = $"{_document.Cursor.Line + 1}:{_document.Cursor.Column + 1}{(IsModified ? " modified" : "")}";
        var x = RowPainter.Paint(this, 0, y, width, place + "  ", ThemeRole.Muted, _theme.Current);
        if (_message.Length > 0)
            RowPainter.Paint(this, x, y, width - x, _message, _message.StartsWith("not ", StringComparison.Ordinal) ? ThemeRole.Failed : ThemeRole.Plain, _theme.Current);
        else if (_faults.Count > 0)
            RowPainter.Paint(this, x, y, width - x, WhatIsWrong(), ThemeRole.Failed, _theme.Current);
        else
            RowPainter.Paint(this, x, y, width - x, "valid · ^S saves · ^F finds · ^Z undoes", ThemeRole.Muted, _theme.Current);
    }

    private string WhatIsWrong()
    {
        var here = _faults.FirstOrDefault(f => f.Line == _document.Cursor.Line, _faults[0]);
        var where = here.Line == _document.Cursor.Line ? "" : $"line {here.Line + 1}: ";
        return $"{where}{here.Message}{(_faults.Count > 1 ? $" ({_faults.Count} errors, F8 next)" : "")}";
    }

    private void PlaceCursor()
    {
        var cursor = _document.Cursor;
        var at = new Point(
            GutterWidth + TextMotions.ScreenColumn(_document.Lines[cursor.Line], cursor.Column) - _leftColumn, cursor.Line - _topLine);
        var isSeen = _prompt is null && at.X >= GutterWidth && at.X < Viewport.Width && at.Y >= 0 && at.Y < PageHeight;
        Cursor = Cursor with { Position = isSeen ? ViewportToScreen(at) : null };
    }

    /// <summary>What follows from whatever a key may have changed.</summary>
    private void AfterKey()
    {
        Validate();
        Reveal();
    }

    private void Validate()
    {
        if (_seenVersion == _document.Version)
            return;
        _seenVersion = _document.Version;
        (Manifest, Errors) = ManifestToml.Read(_document.Text, _source);
        _faults = [.. Errors.Select(error => FaultSpan.Of(error, _document.Lines))];
        _states.Clear();
        var state = default(TomlState);
        var roles = Array.Empty<ThemeRole>();
        foreach (var line in _document.Lines)
        {
            _states.Add(state);
            if (roles.Length < line.Length)
                roles = new ThemeRole[line.Length * 2];
            state = TomlColours.Colour(line, state, roles.AsSpan(0, line.Length));
        }
    }

    private void Reveal()
    {
        var cursor = _document.Cursor;
        _topLine = Math.Clamp(_topLine, Math.Max(0, cursor.Line - PageHeight + 1), cursor.Line);
        var column = TextMotions.ScreenColumn(_document.Lines[cursor.Line], cursor.Column);
        if (column < _leftColumn)
            _leftColumn = Math.Max(0, column - TextWidth / 4);
        else if (column >= _leftColumn + TextWidth)
            _leftColumn = column - TextWidth + 1 + TextWidth / 4;
        SetNeedsDraw();
    }
}
