using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Screens.Lines;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens.Json;

/// <summary>
/// Shows an input or a result as text, as JSON with a line for each value, or as bytes: whichever fits what it is, or what <c>v</c> chooses.
/// </summary>
public sealed class PayloadView(ActiveTheme theme) : LinesView(theme)
{
    /// <summary>Bytes that are looked at; the rest is there to be saved.</summary>
    public const int MaxShown = 1 << 20;

    private ReadOnlyMemory<byte> _bytes;
    private long _size;
    private IPayloadLines? _lines;
    private int _perRow;

    /// <summary>What is shown while nothing was given, such as why there is nothing.</summary>
    public string Placeholder
    {
        get;
        set
        {
            field = value;
            SetNeedsDraw();
        }
    } = "nothing yet";

    /// <summary>How the bytes are shown.</summary>
    public PayloadForm Form { get; private set; }

    private bool IsWhole => _bytes.Length == _size;

    protected override int LineCount => Lines?.Count ?? 0;

    protected override string EmptyText => _lines is null ? Placeholder : "empty (0 bytes)";

    protected override string StatusText
    {
        get
        {
            var size = IsWhole ? ByteSize.Format(_size) : $"the first {ByteSize.Format(_bytes.Length)} of {ByteSize.Format(_size)}";
            return _lines is null ? "" : $"{Form.ToString().ToLowerInvariant()} (v) · {size} · {base.StatusText}";
        }
    }

    private IPayloadLines? Lines
    {
        get
        {
            // How many bytes a row has depends on the width, which changes.
            if (Form == PayloadForm.Hex && _lines is not null && _perRow != PerRow)
                _lines = new HexLines(_bytes, _perRow = PerRow);
            return _lines;
        }
    }

    private int PerRow => HexLines.WidthOf(16) <= Viewport.Width ? 16 : 8;

    /// <summary>Shows bytes in the form that fits them.</summary>
    /// <param name="part">From the beginning; what exceeds <see cref="MaxShown"/> is left out.</param>
    /// <param name="size">Bytes of the whole, of which the rest is not here.</param>
    public void Show(ReadOnlyMemory<byte> part, long size)
    {
        _bytes = part[..Math.Min(part.Length, MaxShown)];
        _size = Math.Max(size, part.Length);
        ShowAs(PayloadForms.Of(_bytes.Span, IsWhole));
    }

    /// <summary>Shows nothing but the placeholder.</summary>
    public void Clear()
    {
        (_bytes, _size, _lines) = (default, 0, null);
        Find("");
        Restart();
    }

    /// <summary>Shows the same bytes in another form.</summary>
    public void ShowAs(PayloadForm form)
    {
        Form = form;
        _perRow = PerRow;
        _lines = form switch
        {
            PayloadForm.Json => new JsonLines(_bytes.Span),
            PayloadForm.Hex => new HexLines(_bytes, _perRow),
            _ => new TextLines(_bytes),
        };
        Restart();
    }

    protected override string TextAt(int line) => Lines![line];

    protected override string PrefixAt(int line) => Lines!.PrefixOf(line);

    protected override bool IsContinuation(int line) => Lines!.IsContinuation(line);

    protected override void Colour(int line, string text, Span<ThemeRole> roles) => Lines!.Colour(line, text, roles);

    protected override bool Take(Key key)
    {
        if (_lines is null || key != Key.V)
            return false;
        ShowAs((PayloadForm)(((int)Form + 1) % 3));
        return true;
    }
}
