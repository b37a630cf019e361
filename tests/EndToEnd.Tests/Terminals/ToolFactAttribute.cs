namespace MiniLambda.EndToEnd.Terminals;

/// <summary>Runs where all these programs are installed; elsewhere the test says which are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] tools) => Skip = Tools.Missing(tools);
}

/// <summary>Runs where all these programs are installed; elsewhere the test says which are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(params string[] tools) => Skip = Tools.Missing(tools);
}

/// <summary>Programs of this machine.</summary>
internal static class Tools
{
    /// <summary>Which of them are not installed; null when all are.</summary>
    public static string? Missing(string[] names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = names.Where(name => !folders.Any(folder => File.Exists(Path.Combine(folder, name)))).ToList();
        return missing.Count > 0 ? $"not installed here: {string.Join(", ", missing)}" : null;
    }
}
