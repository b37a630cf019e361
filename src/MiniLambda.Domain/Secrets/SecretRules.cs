using System.Text;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;

namespace MiniLambda.Domain.Secrets;

/// <summary>What a secret may be.</summary>
public static class SecretRules
{
    /// <summary>Of a value, in UTF-8.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>Secrets of one tenant.</summary>
    public const int MaxPerTenant = 1000;

    /// <summary>Shorter values are not looked for in logs: they would be found everywhere. UTF-16 units.</summary>
    public const int MinRedacted = 4;

    /// <summary>What is wrong with a secret; null when nothing is. Never says anything of the value but its size.</summary>
    public static string? Problem(string name, string value)
    {
        if (NameProblem(name) is { } problem)
            return problem;
        if (value.Length == 0)
            return $"secret '{name}' is empty";
        if (value.Contains('\0'))
            return $"secret '{name}' contains a NUL character: it cannot be an environment variable";
        if (Encoding.UTF8.GetByteCount(value) is > MaxBytes and var size)
            return $"secret '{name}' has {size} bytes; at most {ByteSize.Format(MaxBytes)} are kept";
        return null;
    }

    /// <summary>What is wrong with a secret's name; null when nothing is.</summary>
    public static string? NameProblem(string name) =>
        FunctionName.TryParse(name, out _) ? null : $"'{Printable.Of(name)}' is not a secret's name ({FunctionName.Rule})";
}
