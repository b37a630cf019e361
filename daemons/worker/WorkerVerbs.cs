using System.CommandLine;
using Microsoft.Extensions.Logging;
using MiniLambda.Hosting;
using MiniLambda.Hosting.Logs;
using MiniLambda.Trust.Discovery;
using MiniLambda.Trust.Joining;
using MiniLambda.Worker;
using MiniLambda.Worker.Identity;

namespace MiniLambda.Daemons;

/// <summary>What the worker's program does.</summary>
internal static class WorkerVerbs
{
    private const string Stdin = "-";

    private static readonly TimeSpan ListeningTime = TimeSpan.FromSeconds(5);

    /// <summary>Serves as whom the data folder says this worker joined as, else with the cluster's token.</summary>
    public static async Task<int> ServeAsync(WorkerOptions options, CancellationToken stop)
    {
        ReadyFile.Withdraw(options.ReadyFile);
        DataFolder.Open(options.Data);
        if (NodeIdentity.TryLoad(options.Data) is { } identity)
            Assume(options, identity);
        else
        {
            options.Token = await TokenFile.ResolveAsync(
                Environment.GetEnvironmentVariable("MINILAMBDA_TOKEN"), options.TokenFile, Path.Combine(options.Data, "token"), createIfMissing: false);
        }

        using var loggers = LoggerFactory.Create(logging => logging.AddDaemonLog(options));
        await using var worker = await WorkerHost.StartAsync(options, stop, loggers);
        using var ready = ReadyFile.Announce(options.ReadyFile, worker.Name);
        await using var service = ServiceNotice.Ready(Environment.GetEnvironmentVariable, _ => Task.FromResult(worker.IsAlive), TimeProvider.System);
        await worker.RunAsync(stop);
        return 0;
    }

    /// <summary>Joins a cluster, and serves.</summary>
    public static DaemonVerb<WorkerOptions> Join()
    {
        var token = new Argument<string?>("token")
        {
            Description = "what 'minilambda join-token' printed; - reads it from stdin, so that it stands in no process list",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = new Option<string?>("--token-from") { Description = "file that holds the join token, instead of the argument", HelpName = "file" };
        var discover = new Option<bool>("--discover")
        {
            Description = "find the orchestrator on the local network, where it is started with --announce; the token's fingerprint tells whether it is the right one",
        };
        var command = new Command(
            "join",
            "Join a cluster with a token from 'minilambda join-token', and serve. The token says where the orchestrator is and how to know it; nothing secret is sent to "
            + "any other. What joining gives is kept in DATA/identity.json: from then on 'minilambda-worker --data DIR' is enough. --server names another address.")
        {
            token, from, discover,
        };
        return new DaemonVerb<WorkerOptions>(
            command,
            [.. typeof(WorkerOptions).GetProperties().Select(static p => p.Name).Except([nameof(WorkerOptions.TokenFile), nameof(WorkerOptions.Authority)])],
            async (options, flags, stop) =>
            {
                DataFolder.Open(options.Data);
                var joinToken = JoinToken.TryParse(await ReadAsync(flags.GetValue(token), flags.GetValue(from), stop), out var problem)
                    ?? throw new ConfigurationException(problem);
                // One that was removed joins its cluster again as another; one that stands there is refused by its name, and nothing changes.
                if (NodeIdentity.TryLoad(options.Data) is { } already && already.Proven != joinToken.Authority)
                {
                    throw new ConfigurationException(
                        $"{options.Data} is that of worker {already.Name}, which joined {already.Server.ToString().TrimEnd('/')}, another cluster than the token's; start it without 'join', or name another folder with --data");
                }

                var servers = flags.GetValue(discover) ? await DiscoverAsync(joinToken, stop)
                    : options.Server == WorkerOptions.UsualServer ? joinToken.Servers : [new Uri(options.Server)];
                var identity = await Joining.JoinAsync(joinToken, servers, options.Name, options.Data, TimeProvider.System, stop);
                await flags.InvocationConfiguration.Error.WriteLineAsync(
                    $"joined {identity.Server.ToString().TrimEnd('/')} as {identity.Name}; from now on: minilambda-worker --data {options.Data}");
                try
                {
                    return await ServeAsync(options, stop);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return 0;
                }
            });
    }

    // What was heard may be anybody's: joining goes on with nobody whose authority is not the token's.
    private static async Task<IReadOnlyList<Uri>> DiscoverAsync(JoinToken token, CancellationToken stop)
    {
        var heard = await LocalNetwork.HearAsync(ListeningTime, LocalNetwork.UsualPort, TimeProvider.System, static _ => false, stop);
        Uri[] servers = [.. heard.Where(o => o.Fingerprint == token.Authority).Select(o => o.Server)];
        if (servers.Length > 0)
            return servers;
        var others = heard.Count == 0 ? "" : $" (but {string.Join(", ", heard.Select(o => $"{o.Name} at {o.Server.Authority}"))})";
        throw new IOException(
            $"the token's orchestrator was not heard on this network within {ListeningTime.TotalSeconds:0} s{others}: start it with --announce, or join without --discover");
    }

    private static void Assume(WorkerOptions options, NodeIdentity identity)
    {
        if (options.Name != identity.Name && options.Name != new WorkerOptions().Name)
        {
            throw new ConfigurationException(
                $"this worker joined as {identity.Name}, not as {options.Name}; leave --name out, or let it join anew with another --data");
        }

        options.Identity = identity;
        options.Name = identity.Name;
        if (options.Server == WorkerOptions.UsualServer)
            options.Server = identity.Server.ToString();
        if (new Uri(options.Server).Scheme == Uri.UriSchemeHttp)
            throw new ConfigurationException($"this worker joined {identity.Server}: it dials nobody over plain text, as at {options.Server}");
    }

    private static async Task<string> ReadAsync(string? token, string? file, CancellationToken stop)
    {
        if ((token is null) == (file is null))
            throw new ConfigurationException("join takes a token, or - for stdin, or --token-from FILE: one of them");
        try
        {
            return file is not null ? await File.ReadAllTextAsync(file, stop) : token == Stdin ? await Console.In.ReadToEndAsync(stop) : token!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the join token cannot be read from {file ?? "stdin"}: {e.Message}");
        }
    }
}
