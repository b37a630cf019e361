using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MiniLambda.Domain.Functions;

/// <summary>A function's name: <c>[a-z0-9][a-z0-9-]{0,62}</c>.</summary>
public readonly partial record struct FunctionName
{
    private readonly string? _value;

    private FunctionName(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>What a name may look like, for error messages.</summary>
    public const string Rule = "lowercase letters, digits and '-', at most 63, beginning with a letter or digit";

    public static bool TryParse([NotNullWhen(true)] string? text, out FunctionName name)
    {
        var valid = text is not null && Pattern().IsMatch(text);
        name = valid ? new FunctionName(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a function name.</exception>
    public static FunctionName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a function name ({Rule}).");

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

/// <summary>A function as a person writes it: <c>name</c> for its newest version, or <c>name@3</c>.</summary>
/// <param name="Version">From 1; null for the newest.</param>
public readonly record struct FunctionReference(FunctionName Name, int? Version)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out FunctionReference reference)
    {
        reference = default;
        if (text is null)
            return false;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        int? version = null;
        if (at >= 0)
        {
            var digits = text.AsSpan(at + 1);
            if (digits.StartsWith("v"))
                digits = digits[1..];
            if (!int.TryParse(digits, System.Globalization.NumberStyles.None, null, out var number) || number < 1)
                return false;
            version = number;
        }

        if (!FunctionName.TryParse(at >= 0 ? text[..at] : text, out var name))
            return false;
        reference = new FunctionReference(name, version);
        return true;
    }

    public override string ToString() => Version is { } version ? $"{Name}@{version}" : Name.Value;
}
