namespace MiniLambda.Workbench.Repl.Language;

/// <summary>One line as a shell takes it apart, where there are no variables but those of the environment.</summary>
internal static class ShellWords
{
    /// <param name="problem">What is wrong when there are no words; empty otherwise.</param>
    public static bool TrySplit(string line, out IReadOnlyList<string> words, out string problem)
    {
        words = [];
        var read = WordReader.Read(line);
        problem = read.Quote != 0 ? $"a {read.Quote} is not closed"
            : read.IsOpen ? "nothing follows the \\ at the end"
            : read.Problem is { } wrong ? wrong.Message : "";
        if (problem.Length > 0 || Expansion.Of(read.Words, new Variables(Environment.GetEnvironmentVariable).Find, out problem) is not { } found)
            return false;
        words = found;
        return true;
    }
}
