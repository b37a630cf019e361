using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Commands.Streams;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Live;

/// <summary>Shows a state on a terminal: a line that says what this is and how old, and the lines of the data.</summary>
/// <param name="title">What this is.</param>
/// <param name="body">Makes lines of the data, for a moment and a size.</param>
internal sealed class ScreenView<T>(
    LiveScreen screen, string title, Func<T, DateTimeOffset, TerminalSize, IEnumerable<string>> body, bool isColored, TimeProvider clock) : ILiveView<T>
{
    /// <summary>Ages are shown to the second.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Show(LiveState<T> state) => screen.Draw(size => Compose(state, clock.GetUtcNow(), size));

    /// <inheritdoc/>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => screen.WaitAsync(time < Tick ? time : Tick, cancellationToken);

    internal IReadOnlyList<string> Compose(LiveState<T> state, DateTimeOffset now, TerminalSize size)
    {
        var lines = new List<string> { Heading(now, size) };
        if (state.Absence is { } absence)
            lines.Add(Text(absence, now).Paint(Tone.Bad, isColored));
        // Data that grows old shows the moment it is of: nothing in it ages as if it were known.
        var known = body(state.Data, state.Absence is null ? now : state.At, size);
        lines.AddRange(state.Absence is null ? known : known.Select(line => Tones.Strip(line).Paint(Tone.Faint, isColored)));
        return lines;
    }

    internal static string Text(Absence absence, DateTimeOffset now) =>
        $"away since {absence.Since.ToLocalTime():HH:mm:ss} ({Seconds(now - absence.Since)}): {absence.Reason}; "
        + (absence.NextTry is { } next && next > now ? $"next try in {Seconds(next - now)}" : "trying");

    private string Heading(DateTimeOffset now, TerminalSize size)
    {
        var time = $"{now.ToLocalTime():HH:mm:ss}  q quits";
        var gap = size.Columns - TextWidth.Of(title) - time.Length;
        return gap < 2 ? title.Paint(Tone.Strong, isColored) : title.Paint(Tone.Strong, isColored) + new string(' ', gap) + time.Paint(Tone.Faint, isColored);
    }

    private static string Seconds(TimeSpan time) => time.TotalMinutes < 1 ? $"{Math.Max(0, (int)Math.Ceiling(time.TotalSeconds))}s" : DurationText.Humanize(time);
}
