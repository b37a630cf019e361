using MiniLambda.Sandbox.Hosts;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Screen;

if (SandboxHost.IsCalled(args))
    return SandboxHost.Run();

var terminal = CommandTerminal.System();
args = CommandLine.Meant(args, terminal);
if (args[0] == WorkbenchCommand.Name)
    QuietThreadPool.Use();
return await CommandLine.RunAsync(args, terminal);
