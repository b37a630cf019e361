using Microsoft.Extensions.Logging;
using MiniLambda.Hosting;
using MiniLambda.Hosting.Logs;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Worker;

if (SandboxHost.IsCalled(args))
    return SandboxHost.Run();

return await DaemonCommand.RunAsync<WorkerOptions>(
    "minilambda-worker",
    "Dials an orchestrator and runs its jobs in a sandbox",
    args,
    async (options, stop) =>
    {
        ReadyFile.Withdraw(options.ReadyFile);
        DataFolder.Open(options.Data);
        options.Token = await TokenFile.ResolveAsync(
            Environment.GetEnvironmentVariable("MINILAMBDA_TOKEN"), options.TokenFile, Path.Combine(options.Data, "token"), createIfMissing: false);
        using var loggers = LoggerFactory.Create(logging => logging.AddDaemonLog(options));
        await using var worker = await WorkerHost.StartAsync(options, stop, loggers);
        using var ready = ReadyFile.Announce(options.ReadyFile, worker.Name);
        await using var service = ServiceNotice.Ready(Environment.GetEnvironmentVariable, _ => Task.FromResult(worker.IsAlive), TimeProvider.System);
        await worker.RunAsync(stop);
        return 0;
    });
