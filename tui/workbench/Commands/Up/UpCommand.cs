using System.CommandLine;
using Microsoft.Extensions.Logging;
using MiniLambda.Client.Contexts;
using MiniLambda.Hosting;
using MiniLambda.Orchestrator;

namespace MiniLambda.Workbench.Commands.Up;

/// <summary><c>up</c></summary>
internal static class UpCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var workers = Flags.Number("--workers", "workers to run", usual: 1, min: 1, max: 64);
        var data = new Option<string?>("--data") { Description = "folder for everything it keeps (default: in the user's data folder)", HelpName = "dir" };
        var listen = new Option<string>("--listen")
        {
            Description = "URL to listen on, plain text for http://; port 0 takes any free port",
            HelpName = "url",
            DefaultValueFactory = _ => OrchestratorOptions.UsualListen,
        };
        var insecure = new Option<bool>("--insecure-plaintext") { Description = "serve plain text, also beyond this machine" };
        listen.Validators.Add(static result =>
        {
            foreach (var text in result.Tokens.Select(t => t.Value).Where(t => !Uri.TryCreate(t, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")))
                result.AddError($"--listen takes a URL such as {OrchestratorOptions.UsualListen}, not '{text}'");
        });
        var command = new Command("up", "A whole cluster in one process; Ctrl-C stops it") { workers, data, listen, insecure };
        var observation = new ObservationFlags();
        observation.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var address = Address(parsed.GetValue(listen)!, parsed.GetValue(insecure));
            using var signals = new StopSignals();
            var folder = parsed.GetValue(data) ?? DefaultData(terminal);
            DataFolder.Open(folder);
            await using var claim = Claim(folder);
            var token = await TokenFile.ResolveAsync(
                terminal.Variable("MINILAMBDA_TOKEN"), null, Path.Combine(folder, "token"), createIfMissing: true);
            await using var cluster = await EmbeddedCluster.StartAsync(
                address, folder, parsed.GetValue(workers), token,
                parsed.GetValue(global.Verbose) ? LogLevel.Information : LogLevel.Warning, signals.Token,
                observation.Read(parsed));
            var contexts = ContextFile.Read(ContextFile.UsualLocation(terminal.Variable));
            var notices = Notices.For(parsed, global, terminal);
            if (contexts.Find(GlobalOptions.LocalContext) is { } old && old.Token != cluster.Token)
                notices.Tell($"context '{old.Name}' was another cluster, at {old.Server.ToString().TrimEnd('/')}; it is this one now");
            contexts.Put(new ClusterContext(GlobalOptions.LocalContext, cluster.Url, cluster.Token) { Authority = cluster.Authority });
            contexts.Save();
            await terminal.Out.WriteLineAsync(cluster.Url.ToString().TrimEnd('/'));
            await terminal.Out.FlushAsync(CancellationToken.None);
            notices.Say(
                $"ready: {string.Join(", ", cluster.Workers)}; data in {folder}; context '{GlobalOptions.LocalContext}' is in use. Ctrl-C stops.");
            await cluster.RunAsync(signals.Token);
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Address(string listen, bool isInsecure)
    {
        if (isInsecure && listen == OrchestratorOptions.UsualListen)
            return listen.Replace("https", "http", StringComparison.Ordinal);
        return OrchestratorOptions.PlaintextRefusal(new Uri(listen), isInsecure) is { } refusal
            ? throw new CommandException(ExitCodes.Usage, $"--listen {refusal}")
            : listen;
    }

    /// <summary>Holds the folder for as long as this runs.</summary>
    private static FileStream Claim(string folder)
    {
        var path = Path.Combine(folder, "up.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new CommandException(
                ExitCodes.Failed, $"another 'minilambda up' keeps its data in {folder}: go on with that one, or give this one its own folder with --data");
        }
    }

    private static string DefaultData(CommandTerminal terminal) => Path.Combine(
        terminal.Variable("XDG_DATA_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".local", "share"),
        "minilambda");
}
