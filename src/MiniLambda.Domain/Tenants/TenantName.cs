using System.Text.RegularExpressions;

namespace MiniLambda.Domain.Tenants;

/// <summary>What a tenant may be called: as a function.</summary>
public static partial class TenantName
{
    /// <summary>For error messages.</summary>
    public const string Rule = "lowercase letters, digits and '-', at most 63, beginning with a letter or digit";

    public static bool IsValid(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
