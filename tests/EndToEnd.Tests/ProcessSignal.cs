using System.Runtime.InteropServices;

namespace MiniLambda.EndToEnd;

/// <summary>A signal by its number here.</summary>
internal readonly partial record struct ProcessSignal(int Number)
{
    public static ProcessSignal Terminate => new(15);

    /// <summary>SIGSTOP: the process stands still, its connections stay open.</summary>
    public static ProcessSignal Stop => new(OperatingSystem.IsMacOS() ? 17 : 19);

    /// <summary>SIGCONT</summary>
    public static ProcessSignal Continue => new(OperatingSystem.IsMacOS() ? 19 : 18);

    public void SendTo(int process) => Assert.Equal(0, Send(process, Number));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
