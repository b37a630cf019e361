namespace MiniLambda.Workbench.Commands.Screen;

/// <summary>
/// Pool threads of .NET that run out of work spin for a while before they sleep, which makes a busy server faster. In a screen that is open all day,
/// and has a little to do many times a second, it is half of the CPU time.
/// </summary>
internal static class QuietThreadPool
{
    /// <summary>Read by the runtime when the pool is first used: to be called before that.</summary>
    public static void Use() => AppContext.SetData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", 0);
}
