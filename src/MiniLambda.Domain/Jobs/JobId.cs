using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace MiniLambda.Domain.Jobs;

/// <summary>
/// A job's name: <c>j-</c> and 13 characters of Crockford's base 32 in lower case: 41 bits of milliseconds since 2025, then 22 random
/// bits, so ids sort by age and are never made twice.
/// </summary>
public readonly record struct JobId
{
    private readonly string? _value;

    internal JobId(string value) => _value = value;

    public string Value => _value ?? "";

    public const string Prefix = "j-";

    internal const int Digits = 13;

    internal const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> Symbols = SearchValues.Create(Alphabet);

    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        var valid = text is { Length: 15 } && text.StartsWith(Prefix, StringComparison.Ordinal)
            && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Symbols);
        id = valid ? new JobId(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a job id.</exception>
    public static JobId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a job id.");

    public override string ToString() => Value;
}

/// <summary>Makes job ids. Safe to use from many threads.</summary>
public sealed class JobIdGenerator(TimeProvider clock, Random random)
{
    private const int RandomBits = 22;
    private static readonly DateTimeOffset Epoch = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private long _last;

    public JobId Next()
    {
        var milliseconds = Math.Max(0, (long)(clock.GetUtcNow() - Epoch).TotalMilliseconds);
        long value;
        lock (_gate)
        {
            // Within one millisecond, and when the clock jumps back, ids go on counting up: they stay unique and sorted.
            value = Math.Max((milliseconds << RandomBits) | (long)random.Next(1 << RandomBits), _last + 1);
            _last = value;
        }

        return new JobId(string.Create(JobId.Prefix.Length + JobId.Digits, value, static (span, bits) =>
        {
            JobId.Prefix.CopyTo(span);
            for (var i = span.Length - 1; i >= JobId.Prefix.Length; i--, bits >>= 5)
                span[i] = JobId.Alphabet[(int)(bits & 31)];
        }));
    }
}
