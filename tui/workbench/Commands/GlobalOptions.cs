using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Client.Contexts;

namespace MiniLambda.Workbench.Commands;

/// <summary>The flags of every command, and what they lead to: which cluster, and with which token.</summary>
public sealed class GlobalOptions
{
    public Option<string?> Server { get; } = new("--server")
    {
        Description = "URL of the orchestrator (else MINILAMBDA_SERVER, else the context)", HelpName = "url", Recursive = true,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = "token for it (else MINILAMBDA_TOKEN, else the context)", HelpName = "token", Recursive = true,
    };

    public Option<string?> Context { get; } = new("--context") { Description = "context to use for this command", HelpName = "name", Recursive = true };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "no notices", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "failures with their stack trace", Recursive = true };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "no colours (also NO_COLOR)", Recursive = true };

    public void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[Server, Token, Context, Quiet, Verbose, NoColor])
            root.Options.Add(option);
    }

    /// <summary>Connects to the cluster that flags, environment and contexts name, in that order.</summary>
    /// <exception cref="CommandException">None is named, or what names it is wrong.</exception>
    public ClusterConnection Connect(ParseResult parsed, Terminal terminal)
    {
        var (server, token) = Resolve(parsed, terminal);
        return new ClusterConnection(server, token);
    }

    /// <summary>Whether flags, environment or contexts name a cluster.</summary>
    public bool IsClusterNamed(ParseResult parsed, Terminal terminal) =>
        (parsed.GetValue(Server) ?? terminal.Variable("MINILAMBDA_SERVER")) is not null || FindContext(parsed, terminal) is not null;

    /// <summary>Whether the command's exit code is that of a guest.</summary>
    public static bool RunsGuest(ParseResult parsed) => parsed.CommandResult.Command.Name is "run" or "invoke" or "submit";

    private (Uri Server, string Token) Resolve(ParseResult parsed, Terminal terminal)
    {
        var context = FindContext(parsed, terminal);
        var server = parsed.GetValue(Server) ?? terminal.Variable("MINILAMBDA_SERVER");
        var token = parsed.GetValue(Token) ?? terminal.Variable("MINILAMBDA_TOKEN") ?? context?.Token ?? "";
        if (server is null)
        {
            return context is not null
                ? (context.Server, token)
                : throw new CommandException(
                    ExitCodes.Failed, "no cluster is known: start one with 'minilambda up', or name one with --server or MINILAMBDA_SERVER");
        }

        var text = server.Contains("://", StringComparison.Ordinal) ? server : $"http://{server}";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? (url!, token)
            : throw new CommandException(ExitCodes.Usage, $"'{server}' is not a URL such as http://127.0.0.1:7070");
    }

    private ClusterContext? FindContext(ParseResult parsed, Terminal terminal)
    {
        var file = ContextFile.Read(ContextFile.DefaultLocation);
        if (parsed.GetValue(Context) is not { } name)
            return file.Find(file.Current);
        return file.Find(name) ?? throw new CommandException(ExitCodes.Failed, $"there is no context '{name}' in {file.Location}");
    }
}
