using System.Globalization;

namespace MiniLambda.Domain.Quantities;

/// <summary>Durations as people write them: <c>250ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>, <c>30d</c>.</summary>
public static class DurationText
{
    private static readonly (string Suffix, decimal Ticks)[] Units =
    [
        ("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>What a duration may look like, for error messages.</summary>
    public const string Rule = "a duration such as 250ms, 5s or 2m";

    /// <param name="duration">At least zero.</param>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrWhiteSpace(text))
            return false;
        var trimmed = text.AsSpan().Trim();
        foreach (var (suffix, ticks) in Units)
        {
            if (!trimmed.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            if (!decimal.TryParse(trimmed[..^suffix.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
                continue;
            if (value > TimeSpan.MaxValue.Ticks / ticks)
                return false;
            duration = TimeSpan.FromTicks((long)(value * ticks));
            return true;
        }

        return false;
    }

    /// <summary>Exact, in the largest unit that leaves a whole number: <c>10s</c>, <c>1500ms</c>, <c>2m</c>; what <see cref="TryParse"/> reads back.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";
        foreach (var (suffix, ticks) in Units.Reverse())
        {
            if (duration.Ticks % ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks:0}{suffix}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / (decimal)TimeSpan.TicksPerMicrosecond}us");
    }

    /// <summary>Three significant digits at most, for tables: <c>412us</c>, <c>3.2ms</c>, <c>1.2s</c>, <c>2m05s</c>, <c>3h20m</c>, <c>4d</c>.</summary>
    public static string Humanize(TimeSpan duration)
    {
        var culture = CultureInfo.InvariantCulture;
        return duration switch
        {
            { Ticks: <= 0 } => "0s",
            // What would round up to the next unit is shown in it.
            { TotalMilliseconds: < 0.9995 } => string.Create(culture, $"{duration.TotalMicroseconds:0}us"),
            { TotalMilliseconds: < 99.95 } => string.Create(culture, $"{duration.TotalMilliseconds:0.0}ms"),
            { TotalMilliseconds: < 999.5 } => string.Create(culture, $"{duration.TotalMilliseconds:0}ms"),
            { TotalSeconds: < 60 } => string.Create(culture, $"{duration.TotalSeconds:0.0}s"),
            { TotalMinutes: < 60 } => string.Create(culture, $"{(int)duration.TotalMinutes}m{duration.Seconds:00}s"),
            { TotalHours: < 24 } => string.Create(culture, $"{(int)duration.TotalHours}h{duration.Minutes:00}m"),
            _ => string.Create(culture, $"{(int)duration.TotalDays}d"),
        };
    }
}
