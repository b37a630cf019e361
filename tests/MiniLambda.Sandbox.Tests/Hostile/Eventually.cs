namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>For what the system does in its own time and tells nobody, such as the end of a process.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks again and again until it is so; false when it never was.</summary>
    public static bool IsSo(Func<bool> condition) => SpinWait.SpinUntil(condition, Patience);
}
