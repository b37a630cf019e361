using MiniLambda.Daemons;
using MiniLambda.Hosting;
using MiniLambda.Hosting.Logs;
using MiniLambda.Orchestrator;

return await DaemonCommand.RunAsync<OrchestratorOptions>(
    "minilambda-orchestrator",
    "Queues jobs durably and gives them to the workers that dial in",
    args,
    async (options, stop) =>
    {
        ReadyFile.Withdraw(options.ReadyFile);
        DataFolder.Open(options.Data);
        options.Token = await TokenFile.ResolveAsync(
            Environment.GetEnvironmentVariable("MINILAMBDA_TOKEN"), options.TokenFile, Path.Combine(options.Data, "token"), createIfMissing: true);
        foreach (var tenant in options.TenantNames)
            options.TenantTokens[tenant] = await TokenFile.ResolveAsync(null, null, Path.Combine(options.Data, "tenants", $"{tenant}.token"), createIfMissing: true);
        await using var orchestrator = await OrchestratorHost.StartAsync(options, stop, logging => logging.AddDaemonLog(options));
        using var ready = ReadyFile.Announce(options.ReadyFile, orchestrator.Url.ToString().TrimEnd('/'));
        await using var service = ServiceNotice.Ready(Environment.GetEnvironmentVariable, orchestrator.IsAliveAsync, TimeProvider.System);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    },
    StoreVerbs.All);
