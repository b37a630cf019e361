using System.Globalization;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Hosting.Settings;

/// <summary>How the values of one type are read from text, and told to people.</summary>
/// <param name="Placeholder">Stands for a value in <c>--help</c>; null when the setting's own name says more.</param>
/// <param name="Rule">What a value must be, after "must be".</param>
/// <param name="Read">The value of a text, or null when it is none.</param>
/// <param name="Write">The text of a value, as <paramref name="Read"/> takes it.</param>
/// <param name="Toml">The TOML types that may hold such a value.</param>
internal sealed record SettingType(
    string? Placeholder, string Rule, Func<string, object?> Read, Func<object, string> Write, params Type[] Toml)
{
    private static readonly SettingType Text = new(null, "text", text => text, Plain, typeof(string));
    private static readonly SettingType Entry = new("key=value", "key=value", text => ReadEntry(text), Plain, typeof(string));
    private static readonly SettingType Size = new(
        "size", ByteSize.Rule, text => ByteSize.TryParse(text, out var bytes) ? bytes : null, value => ByteSize.Format((long)value), typeof(string), typeof(long));

    private static readonly Dictionary<Type, SettingType> Scalars = new()
    {
        [typeof(string)] = Text,
        [typeof(int)] = new("n", "a whole number", text => Parsed<int>(text, NumberStyles.AllowLeadingSign), Plain, typeof(long)),
        [typeof(long)] = new("n", "a whole number", text => Parsed<long>(text, NumberStyles.AllowLeadingSign), Plain, typeof(long)),
        [typeof(double)] = new("n", "a number", text => Parsed<double>(text, NumberStyles.Float), Plain, typeof(long), typeof(double)),
        [typeof(bool)] = new("true|false", "true or false", ReadFlag, value => value is true ? "true" : "false", typeof(bool)),
        [typeof(TimeSpan)] = new(
            "duration", DurationText.Rule, text => DurationText.TryParse(text, out var duration) ? duration : null,
            value => DurationText.Format((TimeSpan)value), typeof(string)),
        [typeof(Uri)] = new(
            "url", "a URL such as http://127.0.0.1:7070", text => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null, Plain, typeof(string)),
    };

    /// <exception cref="NotSupportedException">No text stands for values of that type.</exception>
    public static SettingType Of(Type type, bool isSize)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (isSize && bare == typeof(long))
            return Size;
        if (bare.IsEnum)
            return OfEnum(bare);
        if (bare == typeof(List<string>))
            return Text;
        if (bare.IsAssignableTo(typeof(IEnumerable<KeyValuePair<string, string>>)))
            return Entry;
        return Scalars.TryGetValue(bare, out var known) ? known : throw new NotSupportedException($"a setting cannot be of type {type}");
    }

    /// <summary>The value's text when it has one of the TOML types that may hold such a value; else null.</summary>
    public string? FromToml(object value) => Toml.Contains(value.GetType()) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static SettingType OfEnum(Type type)
    {
        var words = Enum.GetNames(type).ToDictionary(name => name.ToLowerInvariant(), name => Enum.Parse(type, name), StringComparer.Ordinal);
        return new SettingType(
            string.Join('|', words.Keys), string.Join(" or ", words.Keys), text => words.GetValueOrDefault(text), value => Plain(value).ToLowerInvariant(),
            typeof(string));
    }

    private static object? ReadFlag(string text) => text.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    private static KeyValuePair<string, string>? ReadEntry(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 1 ? null : KeyValuePair.Create(text[..at].Trim(), text[(at + 1)..].Trim());
    }

    private static object? Parsed<T>(string text, NumberStyles style)
        where T : struct, System.Numerics.INumberBase<T> =>
        T.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value) ? value : null;

    private static string Plain(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
