using MiniLambda.Sandbox.Hosts;
using MiniLambda.Workbench.Commands;

if (SandboxHost.IsCalled(args))
    return SandboxHost.Run();

return await CommandLine.RunAsync(args, CommandTerminal.System());
