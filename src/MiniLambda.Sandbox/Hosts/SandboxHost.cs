using System.Runtime.InteropServices;
using MiniLambda.Sandbox.Execution;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>
/// A sandbox host: the child process in which guests run, or modules are compiled, so that whatever goes wrong ends that process and nothing else.
/// It takes orders on stdin and answers on stdout, and ends when its parent does.
/// </summary>
public static class SandboxHost
{
    /// <summary>The hidden verb by which a program that runs functions starts itself as a host.</summary>
    public const string Verb = "sandbox-host";

    /// <summary>Whether this process was started as a host; a program asks this before anything else.</summary>
    public static bool IsCalled(string[] args) => args is [Verb];

    /// <summary>Works until the parent hangs up. Returns the exit code.</summary>
    public static int Run()
    {
        // Its parent ends it. Whoever stops a service or a terminal tells all its processes, and the parent lets guests finish.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ignore);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore);
        using var input = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        var pipe = new FramePipe(input, output);
        if (pipe.Read() is not (FrameKind.Configure, var body))
            return 2;
        var spec = HostMessages.ReadSpec(body);
        var walls = HostWalls.Raise(spec.Walls);
        var runtime = new GuestRuntime(concurrency: 1, spec.LoadedModules, TimeProvider.System);
        if (spec.IsForGuests)
            runtime.WarmUp();
        pipe.Write(FrameKind.Ready, HostMessages.Write(walls));
        new HostLoop(pipe, runtime).Run();
        return 0;
    }

    private static void Ignore(PosixSignalContext signal) => signal.Cancel = true;
}
