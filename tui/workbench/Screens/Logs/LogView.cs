using System.Globalization;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Screens.Lines;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>
/// Shows a log while it grows. Pieces are given in batches, one a frame; all members are for the thread of the screen. Keys beside those of every
/// <see cref="LinesView"/>: <c>f</c> follow, <c>t</c> time, <c>a</c> attempt, <c>s</c> stream, <c>L</c> level, <c>&amp;</c> filter by text.
/// </summary>
public sealed class LogView : LinesView
{
    private const int MaxSourceWidth = 16;
    private const int LeastTextWidth = 8;

    private readonly TimeZoneInfo _zone;
    private readonly LogBuffer _buffer;
    private readonly ShownLines _shown;
    private readonly SortedSet<int> _attempts = [];
    private readonly SortedSet<string> _streams = new(StringComparer.Ordinal);
    private int _sourceWidth;

    /// <param name="zone">Of the clock on the wall.</param>
    public LogView(ActiveTheme theme, TimeZoneInfo zone, LogBuffer? buffer = null)
        : base(theme)
    {
        _zone = zone;
        _buffer = buffer ?? new LogBuffer();
        _shown = new ShownLines(_buffer);
    }

    /// <summary>What is shown while there are no lines, such as why there are none.</summary>
    public string Placeholder
    {
        get;
        set
        {
            field = value;
            SetNeedsDraw();
        }
    } = "no log yet";

    /// <summary>The end stays in sight as the log grows, until a person moves away from it.</summary>
    public bool Follows
    {
        get;
        set
        {
            field = value;
            if (value)
                ShowEnd();
            SetNeedsDraw();
        }
    } = true;

    public TimeStamps TimeStamps
    {
        get;
        set
        {
            field = value;
            Settle();
        }
    } = TimeStamps.Seconds;

    public LogFilter Filter
    {
        get => _shown.Filter;
        set
        {
            var place = _shown.Choose(value, CursorLine);
            if (Follows)
                ShowEnd();
            else
                GoTo(place);
        }
    }

    /// <summary>Lines that were dropped at the beginning, as the log is longer than what is kept.</summary>
    public long Dropped => _buffer.First;

    protected override int LineCount => _shown.Count;

    protected override bool ShowsCursor => HasFocus && !Follows;

    protected override string EmptyText => _buffer.Count == 0 ? Placeholder : "no line passes the filter";

    protected override string StatusText => string.Join(" · ", new[]
    {
        LineCount == 0 ? "" : Follows ? $"{LineCount:N0} {(LineCount == 1 ? "line" : "lines")}" : base.StatusText,
        Follows ? "following" : "f follows",
        Wraps ? "wrapped" : "",
        Filter.Attempt is { } attempt ? $"attempt {attempt}" : "",
        Filter.Stream ?? "",
        Filter.Least == LogSeverity.Unknown ? "" : $"{Filter.Least.ToString().ToLowerInvariant()}+",
        Filter.Text.Length == 0 ? "" : $"&{Filter.Text}",
        Dropped == 0 ? "" : $"{Dropped:N0} lines before these were dropped",
    }.Where(part => part.Length > 0));

    /// <summary>Takes what came since the last frame.</summary>
    public void Append(IReadOnlyList<LogPiece> pieces)
    {
        if (pieces.Count == 0)
            return;
        foreach (var piece in pieces)
        {
            if (_attempts.Add(piece.Source.Attempt) | _streams.Add(piece.Source.Stream))
                _sourceWidth = 0;
            _sourceWidth = Math.Max(_sourceWidth, Math.Min(MaxSourceWidth, Name(piece.Source).Length));
        }

        var dropped = _shown.Append(pieces);
        if (dropped > 0)
            Shift(dropped);
        if (Follows)
            ShowEnd();
        else
            Settle();
    }

    /// <summary>The log is complete: nothing is held back any more.</summary>
    public void End()
    {
        _shown.End();
        if (Follows)
            ShowEnd();
        Settle();
    }

    /// <summary>Forgets everything, for the log of another job.</summary>
    public void Clear()
    {
        _shown.Clear();
        _attempts.Clear();
        _streams.Clear();
        _sourceWidth = 0;
        Restart();
        Filter = LogFilter.All;
        Follows = true;
    }

    /// <summary>Writes the lines that are shown, as they are shown; a first line says what was dropped.</summary>
    /// <exception cref="IOException">From the writer.</exception>
    public void WriteTo(TextWriter writer)
    {
        if (Dropped > 0)
            writer.Write($"({Dropped} lines before these were dropped)\n");
        for (var i = 0; i < LineCount; i++)
        {
            var line = _shown[i];
            if (i > 0 && !line.IsContinuation)
                writer.Write('\n');
            if (!line.IsContinuation)
                writer.Write(Prefix(line, TimeStamps));
            writer.Write(line.Text);
        }

        if (LineCount > 0)
            writer.Write('\n');
    }

    protected override string TextAt(int line) => _shown[line].Text;

    protected override string PrefixAt(int line)
    {
        // What was written is worth more room than who wrote it when.
        var prefix = Prefix(_shown[line], TimeStamps);
        if (Viewport.Width - prefix.Length < LeastTextWidth)
            prefix = Prefix(_shown[line], TimeStamps.Off);
        return Viewport.Width - prefix.Length < LeastTextWidth ? "" : prefix;
    }

    protected override bool IsContinuation(int line) => _shown[line].IsContinuation;

    protected override void Colour(int line, string text, Span<ThemeRole> roles)
    {
        var role = _shown[line].Severity switch
        {
            LogSeverity.Error => ThemeRole.Failed,
            LogSeverity.Warning => ThemeRole.Middle,
            LogSeverity.Debug or LogSeverity.Trace => ThemeRole.Muted,
            _ => ThemeRole.Plain,
        };
        roles.Fill(role);
    }

    protected override void OnNavigating() => Follows = false;

    protected override bool Take(Key key)
    {
        if (key == Key.End)
            return Follows = true;
        switch (key.IsCtrl || key.IsAlt ? 0 : key.AsRune.Value)
        {
            case 'f':
                Follows = !Follows;
                return true;
            case 'G':
                Follows = true;
                return true;
            case 't':
                TimeStamps = (TimeStamps)(((int)TimeStamps + 1) % 3);
                return true;
            case 'a':
                Filter = Filter with { Attempt = After(_attempts.Select(a => (int?)a), Filter.Attempt) };
                return true;
            case 's' when _streams.Count > 1:
                Filter = Filter with { Stream = After(_streams, Filter.Stream) };
                return true;
            case 'L':
                Filter = Filter with
                {
                    Least = Filter.Least switch
                    {
                        LogSeverity.Unknown => LogSeverity.Warning,
                        LogSeverity.Warning => LogSeverity.Error,
                        _ => LogSeverity.Unknown,
                    },
                };
                return true;
            case '&':
                Ask(new StatusPrompt("&", Filter.Text, text => Filter = Filter with { Text = text }));
                return true;
            default:
                return false;
        }
    }

    private string Prefix(in LogLine line, TimeStamps stamps)
    {
        var name = Printable.Line(Name(line.Source), MaxSourceWidth - 1);
        var time = TimeZoneInfo.ConvertTime(line.At, _zone).ToString(
            stamps switch { TimeStamps.Off => "''", TimeStamps.Seconds => "HH:mm:ss ", _ => "yyyy-MM-dd HH:mm:ss.fff " }, CultureInfo.InvariantCulture);
        return $"{time}{name.PadRight(_sourceWidth)} {(line.IsContinuation ? '…' : '│')} ";
    }

    private string Name(LogSource source) => string.Join(' ', new[]
    {
        source.Worker,
        _attempts.Count > 1 ? $"#{source.Attempt}" : "",
        _streams.Count > 1 ? source.Stream : "",
    }.Where(part => part.Length > 0));

    private static T? After<T>(IEnumerable<T> all, T? chosen)
    {
        var rest = chosen is null ? all : all.SkipWhile(value => !Equals(value, chosen)).Skip(1);
        return rest.FirstOrDefault();
    }
}
