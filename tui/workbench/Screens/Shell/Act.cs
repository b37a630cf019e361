namespace MiniLambda.Workbench.Screens.Shell;

/// <summary>Something a person can do on screen.</summary>
/// <param name="Keys">The keys that do it, by their names; the first is shown.</param>
/// <param name="Group">Where it stands in the help.</param>
/// <param name="Does">In a few words.</param>
internal sealed record Act(string[] Keys, string Group, string Does, Action Run)
{
    /// <summary>A word for the line of hints; empty where it is not told there.</summary>
    public string Hint { get; init; } = "";

    /// <summary>Whether it can be done now.</summary>
    public Func<bool> IsThere { get; init; } = static () => true;

    /// <summary>Whether it changes the cluster, and so is not there for who only looks.</summary>
    public bool Changes { get; init; }
}
