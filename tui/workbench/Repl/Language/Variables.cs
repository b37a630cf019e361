namespace MiniLambda.Workbench.Repl.Language;

/// <summary>The variables of a session. What it does not know is asked of the environment, as in a shell.</summary>
internal sealed class Variables(Func<string, string?> environment)
{
    /// <summary>What the last command printed.</summary>
    public const string LastOutput = "_";

    /// <summary>The exit code of the last command.</summary>
    public const string LastCode = "?";

    private readonly Dictionary<string, string> _values = [];
    private readonly Dictionary<string, string> _reasons = [];

    /// <summary>Those that <c>let</c> has given a value, by name.</summary>
    public IEnumerable<string> Names => _values.Keys.Where(n => n is not (LastOutput or LastCode)).Order(StringComparer.Ordinal);

    /// <summary>Whether a name can be a variable's.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public void Set(string name, string value)
    {
        _values[name] = value;
        _reasons.Remove(name);
    }

    /// <summary>Takes a variable's value away: what used it would use the wrong one.</summary>
    /// <param name="reason">Why it has none, to be told when it is asked for.</param>
    public void Clear(string name, string reason)
    {
        _values.Remove(name);
        _reasons[name] = reason;
    }

    /// <returns>The value; or null and why there is none.</returns>
    public (string? Value, string Reason) Find(string name)
    {
        if (_values.TryGetValue(name, out var value))
            return (value, "");
        if (_reasons.TryGetValue(name, out var reason))
            return (null, reason);
        return environment(name) is { } outer ? (outer, "") : (null, $"there is no variable '{name}'");
    }
}
