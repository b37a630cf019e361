using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Client.Contexts;
using MiniLambda.Domain.Tenants;
using MiniLambda.Domain.Text;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;
using MiniLambda.Trust.Tokens;

namespace MiniLambda.Workbench.Commands;

/// <summary>The flags of every command, and what they lead to: which cluster, and with which token.</summary>
public sealed class GlobalOptions
{
    /// <summary>The context that <c>up</c> writes.</summary>
    public const string LocalContext = "local";

    public Option<string?> Server { get; } = new("--server")
    {
        Description = "URL of the orchestrator (else MINILAMBDA_SERVER, else the context)",
        HelpName = "url",
        Recursive = true,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = "token for it (else MINILAMBDA_TOKEN, else the context)",
        HelpName = "token",
        Recursive = true,
    };

    public Option<string?> Authority { get; } = new("--authority")
    {
        Description = "fingerprint of the orchestrator's authority (else MINILAMBDA_AUTHORITY, else the context): nobody else is told anything",
        HelpName = "fingerprint",
        Recursive = true,
    };

    public Option<string?> Context { get; } = new("--context") { Description = "context to use for this command", HelpName = "name", Recursive = true };

    public Option<bool> Sign { get; } = new("--sign")
    {
        Description = "sign calls with the token instead of sending it (else MINILAMBDA_SIGN=1, else the context)",
        Recursive = true,
    };

    public Option<string?> Tenant { get; } = new("--tenant")
    {
        Description = "tenant to work in, for a token that is over all (else MINILAMBDA_TENANT)",
        HelpName = "name",
        Recursive = true,
    };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "no notices", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "failures with their stack trace", Recursive = true };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "no colours (also NO_COLOR)", Recursive = true };

    public void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[Server, Token, Authority, Context, Sign, Tenant, Quiet, Verbose, NoColor])
            root.Options.Add(option);
    }

    /// <summary>Connects to the cluster that flags, environment and contexts name, in that order.</summary>
    /// <exception cref="CommandException">None is named, or what names it is wrong.</exception>
    public ClusterConnection Connect(ParseResult parsed, CommandTerminal terminal) => Target(parsed, terminal).Connect();

    /// <summary>The cluster that flags, environment and contexts name, in that order: the server and the token each by itself.</summary>
    /// <exception cref="CommandException">None is named, or what names it is wrong.</exception>
    public ClusterTarget Target(ParseResult parsed, CommandTerminal terminal)
    {
        var (server, token, context) = Find(parsed, terminal);
        var trust = Trust(parsed, terminal, server, context);
        var sign = parsed.GetValue(Sign)
            || (parsed.GetValue(Context) is null && terminal.Variable("MINILAMBDA_SIGN") is "1" or "true")
            || (server is null && context?.Sign == true);
        if (sign && token.Length == 0)
            throw new CommandException(ExitCodes.NotAllowed, "no token to sign with: set MINILAMBDA_TOKEN or use --token");
        if (Problem(token) is { } problem)
            throw new CommandException(ExitCodes.Usage, problem);
        var tenant = TenantOf(parsed, terminal);
        // Who names an authority means a server that can show whose it is.
        var isPinned = trust is not { Authority: null, Fingerprint: null };
        var url = server is null ? context?.Server : ParseServer(server, context, isPinned ? Uri.UriSchemeHttps : Uri.UriSchemeHttp);
        if (isPinned && url?.Scheme == Uri.UriSchemeHttp)
            throw new CommandException(ExitCodes.Usage, $"over plain text there is no authority to compare; dial https://{url.Authority}");
        if (server is not null)
            return new ClusterTarget("", url!, token) { Trust = trust, Sign = sign, Tenant = tenant };
        return context is not null
            ? new ClusterTarget(context.Name, url!, token) { Trust = trust, Sign = sign, Tenant = tenant }
            : throw new CommandException(
                ExitCodes.Failed, "no cluster is known: start one with 'minilambda up', or name one with --server or MINILAMBDA_SERVER");
    }

    /// <summary>The tenant to work in that the flag or the environment names; empty when neither does.</summary>
    /// <exception cref="CommandException">That is no name.</exception>
    public string TenantOf(ParseResult parsed, CommandTerminal terminal)
    {
        var tenant = parsed.GetValue(Tenant) ?? terminal.Variable("MINILAMBDA_TENANT")?.Trim() ?? "";
        return tenant.Length == 0 || TenantName.IsValid(tenant)
            ? tenant
            : throw new CommandException(ExitCodes.Usage, $"'{Printable.Of(tenant)}' is not a tenant's name ({TenantName.Rule})");
    }

    /// <summary>Whether flags, environment or contexts name a cluster.</summary>
    public bool IsClusterNamed(ParseResult parsed, CommandTerminal terminal) => Find(parsed, terminal) is not { Server: null, Context: null };

    /// <summary>Whether the cluster is named by the context that <c>up</c> writes.</summary>
    public bool IsLocal(ParseResult parsed, CommandTerminal terminal) => Find(parsed, terminal) is { Server: null, Context.Name: LocalContext };

    /// <summary>Whether the command's exit code is that of a guest.</summary>
    public static bool RunsGuest(ParseResult parsed) => parsed.CommandResult.Command.Name is "run" or "invoke" or "submit";

    /// <returns>The server that a flag or the environment names, the token, and the context that fills in what they leave open.</returns>
    private (string? Server, string Token, ClusterContext? Context) Find(ParseResult parsed, CommandTerminal terminal)
    {
        // A context that is named by its flag comes before the environment, as every flag does.
        var named = parsed.GetValue(Context);
        var server = parsed.GetValue(Server) ?? (named is null ? terminal.Variable("MINILAMBDA_SERVER") : null);
        var token = parsed.GetValue(Token) ?? (named is null ? terminal.Variable("MINILAMBDA_TOKEN")?.Trim() : null);
        var context = server is not null && token is not null && named is null ? null : FindContext(named, terminal);
        // A context's token is for its own orchestrator: it is not shown to another one unless the context was named beside it.
        var isOwn = server is null || named is not null || context?.Server == ParseServer(server, context);
        return (server, token ?? (isOwn ? context?.Token : null) ?? "", context);
    }

    private static ClusterContext? FindContext(string? named, CommandTerminal terminal)
    {
        var file = ContextFile.Read(ContextFile.UsualLocation(terminal.Variable));
        var name = named ?? file.Current;
        return name.Length == 0
            ? null
            : file.Find(name) ?? throw new CommandException(ExitCodes.Failed, $"there is no context '{name}' in {file.Location}");
    }

    // A context's authority is that of its own orchestrator, as its token is; a fingerprint that is named is for any.
    private ServerTrust Trust(ParseResult parsed, CommandTerminal terminal, string? server, ClusterContext? context)
    {
        var named = parsed.GetValue(Authority) ?? (parsed.GetValue(Context) is null ? terminal.Variable("MINILAMBDA_AUTHORITY") : null);
        if (named is not null)
        {
            return Fingerprint.TryParse(named, out var fingerprint)
                ? new ServerTrust(fingerprint: fingerprint)
                : throw new CommandException(ExitCodes.Usage, "what names the authority is not a fingerprint: 64 hexadecimal digits, as 'minilambda-orchestrator fingerprint' prints them");
        }

        var isOwn = server is null || parsed.GetValue(Context) is not null || context?.Server == ParseServer(server, context);
        if (isOwn && context is not null)
            return context.Trust;
        // Whoever logged in there knows its authority, whatever names the server and the token this time.
        return server is not null && ParseServer(server, context) is { Scheme: "https" } url
            && ContextFile.Read(ContextFile.UsualLocation(terminal.Variable)).Contexts.FirstOrDefault(c => c.Server == url) is { } known
                ? known.Trust
                : ServerTrust.System;
    }

    // Without a scheme it is that of the context at the same place, else plain text as ever.
    private static Uri ParseServer(string server, ClusterContext? context, string scheme = "http")
    {
        if (context?.Server.Authority == server)
            return context.Server;
        var text = server.Contains("://", StringComparison.Ordinal) ? server : $"{scheme}://{server}";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url!
            : throw new CommandException(ExitCodes.Usage, $"'{server}' is not a URL such as http://127.0.0.1:7070");
    }

    // Never with the token itself: what is wrong with it may be that it is something else that is secret.
    private static string? Problem(string token) => !token.All(c => c is > ' ' and < '\u007f') ? "the token holds a character that no token has"
        : TokenText.IsDamaged(token) ? "the token is not whole: a part of it is missing, or mistyped"
        : null;
}

/// <summary>Which cluster a command goes to.</summary>
/// <param name="Context">The context that names the server; empty when a flag or the environment does.</param>
public sealed record ClusterTarget(string Context, Uri Server, string Token)
{
    /// <summary>Whom it takes for the orchestrator.</summary>
    public ServerTrust Trust { get; init; } = ServerTrust.System;

    /// <summary>Whether calls are signed with the token instead of sending it.</summary>
    public bool Sign { get; init; }

    /// <summary>The tenant to work in; empty when none is named.</summary>
    public string Tenant { get; init; } = "";

    public ClusterConnection Connect() => new(Server, Token, Trust, Sign, Tenant);
}
