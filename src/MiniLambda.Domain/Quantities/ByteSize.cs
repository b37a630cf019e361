using System.Globalization;

namespace MiniLambda.Domain.Quantities;

/// <summary>Sizes as people write them: <c>512</c>, <c>64KiB</c>, <c>64MiB</c>, <c>2GiB</c> (powers of 1,024; <c>KB MB GB</c> are powers of 1,000).</summary>
public static class ByteSize
{
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("B", 1),
    ];

    /// <summary>What a size may look like, for error messages.</summary>
    public const string Rule = "a size such as 512, 64KiB or 64MiB";

    /// <param name="bytes">At least 0.</param>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        if (string.IsNullOrWhiteSpace(text))
            return false;
        var number = text.AsSpan().Trim();
        var factor = 1L;
        foreach (var (suffix, unit) in Units)
        {
            if (!number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            number = number[..^suffix.Length].TrimEnd();
            factor = unit;
            break;
        }

        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return false;
        // decimal.TryParse bounds value by 7.9e28, so the product can pass the range of decimal: compare before multiplying.
        if (value > long.MaxValue / factor)
            return false;
        bytes = (long)(value * factor);
        return true;
    }

    /// <summary>One decimal at most, for people: <c>64MiB</c>, <c>1.5KiB</c>, <c>17B</c>.</summary>
    public static string Format(long bytes)
    {
        if (bytes < 1024)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes}B");
        var (suffix, factor) = bytes >= 1L << 40 ? Units[3] : bytes >= 1L << 30 ? Units[2] : bytes >= 1L << 20 ? Units[1] : Units[0];
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)factor:0.#}{suffix}");
    }

    /// <summary>With a unit only when nothing is lost by it: <c>64MiB</c>, <c>1073741825</c>; what <see cref="TryParse"/> reads back.</summary>
    public static string FormatExact(long bytes) =>
        TryParse(Format(bytes), out var back) && back == bytes ? Format(bytes) : bytes.ToString(CultureInfo.InvariantCulture);
}
