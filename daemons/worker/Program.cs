using MiniLambda.Daemons;
using MiniLambda.Hosting;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Worker;

if (SandboxHost.IsCalled(args))
    return SandboxHost.Run();

return await DaemonCommand.RunAsync<WorkerOptions>(
    "minilambda-worker", "Dials an orchestrator and runs its jobs in a sandbox", args, WorkerVerbs.ServeAsync, WorkerVerbs.Join());
