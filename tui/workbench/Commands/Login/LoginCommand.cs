using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Contexts;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Workbench.Commands.Login;

/// <summary><c>login URL</c></summary>
internal static class LoginCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var url = new Argument<string?>("url") { Description = "the orchestrator's URL", Arity = ArgumentArity.ZeroOrOne };
        var discover = new Option<bool>("--discover") { Description = "list the orchestrators that announce themselves on the local network, and log in to one" };
        var fingerprint = new Option<string?>("--fingerprint")
        {
            Description = "what the fingerprint of its authority must be; without it you are shown the one it has, and asked",
            HelpName = "fingerprint",
        };
        var tokenStdin = new Option<bool>("--token-stdin") { Description = "read the token from stdin instead of asking for it" };
        var name = new Option<string?>("--name") { Description = "name of the context (default: the host of the URL)", HelpName = "context" };
        var command = new Command("login", "Get to know a cluster: pin its authority and keep a token for it as a context") { url, discover, fingerprint, tokenStdin, name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var expected = Expected(parsed.GetValue(fingerprint) ?? parsed.GetValue(global.Authority) ?? terminal.Variable("MINILAMBDA_AUTHORITY"));
            var notices = Notices.For(parsed, global, terminal);
            using var dialogue = new Dialogue(terminal);
            var server = (parsed.GetValue(url), parsed.GetValue(discover)) switch
            {
                ({ } named, false) => ParseServer(named),
                (null, true) => await Discovery.ChooseAsync(expected, dialogue, cancellationToken),
                _ => throw new CommandException(ExitCodes.Usage, "login takes the orchestrator's URL or --discover: one of them"),
            };
            var authority = await PinAsync(server, expected, parsed.GetValue(discover), notices, dialogue, cancellationToken);
            var token = await TokenAsync(parsed, global, tokenStdin, dialogue, terminal, cancellationToken);
            var contexts = ContextFile.Read(ContextFile.UsualLocation(terminal.Variable));
            var context = new ClusterContext(parsed.GetValue(name) ?? UsualName(contexts, server), server, token) { Authority = authority };
            using var cluster = new ClusterConnection(server, token, context.Trust);
            await cluster.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: cancellationToken);
            var role = await RoleAsync(cluster, cancellationToken);
            contexts.Put(context);
            contexts.Save();
            await terminal.Out.WriteLineAsync($"context {context.Name}: {server.ToString().TrimEnd('/')}{(role.Length > 0 ? $" as {role}" : "")}");
            return ExitCodes.Done;
        });
        return command;
    }

    // Another cluster that is known by the host alone keeps its name.
    private static string UsualName(ContextFile contexts, Uri server)
    {
        var host = server.Host.Trim('[', ']');
        return contexts.Find(host) is { } known && known.Server != server ? $"{host}-{server.Port}" : host;
    }

    /// <param name="isHeard">Whether an announcement named the server, which anybody can make: only a person can say that it is the one that is meant.</param>
    private static async Task<PinnedAuthority?> PinAsync(
        Uri server, Fingerprint? expected, bool isHeard, Notices notices, Dialogue dialogue, CancellationToken cancellationToken)
    {
        if (server.Scheme == Uri.UriSchemeHttp)
        {
            if (expected is not null)
                throw new CommandException(ExitCodes.Usage, "over plain text there is no authority to compare; give an https:// URL");
            if (!server.IsLoopback)
                notices.Tell($"warning: {server.Authority} is dialled in plain text: whoever is on the network can read the token, modules and results");
            return null;
        }

        var fetched = await FetchAsync(server, expected, cancellationToken);
        // Whom this system trusts needs no pinning where a person named it, and an authority that was named has been compared.
        if (!MustConfirm(fetched, expected, isHeard))
            return fetched.Pin;
        var pin = fetched.Authority;
        if (!dialogue.IsPossible)
        {
            throw new CommandException(
                ExitCodes.Usage,
                $"the authority of {server.ToString().TrimEnd('/')} is {pin.Fingerprint}: compare it with what 'minilambda-orchestrator fingerprint --data DIR' prints there, "
                + "and name it with --fingerprint (at a terminal you are asked)");
        }

        dialogue.Tell($"The authority of {server.ToString().TrimEnd('/')} has the fingerprint\n\n  {pin.Fingerprint}\n");
        return await dialogue.AgreesAsync("Is this what 'minilambda-orchestrator fingerprint --data DIR' prints there?", cancellationToken)
            ? fetched.Pin
            : throw new CommandException(ExitCodes.Failed, "not logged in: the authority was not confirmed");
    }

    internal static bool MustConfirm(Trust.Links.FetchedAuthority fetched, Fingerprint? expected, bool isHeard) =>
        expected is null && (isHeard || fetched.Pin is not null);

    private static async Task<Trust.Links.FetchedAuthority> FetchAsync(Uri server, Fingerprint? expected, CancellationToken cancellationToken)
    {
        try
        {
            return await ClusterAuthority.FetchAsync(server, expected, cancellationToken);
        }
        catch (Trust.Links.ServerRefusedException e)
        {
            throw new CommandException(ExitCodes.Failed, e.Message);
        }
    }

    private static async Task<string> TokenAsync(
        ParseResult parsed, GlobalOptions global, Option<bool> fromStdin, Dialogue dialogue, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        var token = parsed.GetValue(global.Token)
            ?? (parsed.GetValue(fromStdin) ? await dialogue.ReadLineAsync(cancellationToken)
                : terminal.Variable("MINILAMBDA_TOKEN") is { } variable ? variable
                : dialogue.IsPossible ? await dialogue.AskHiddenAsync("Token: ", cancellationToken)
                : throw new CommandException(ExitCodes.Usage, "no token: pipe it in with --token-stdin, or set MINILAMBDA_TOKEN (at a terminal you are asked for it)"));
        token = (token ?? "").Trim();
        if (token.Length == 0)
            throw new CommandException(ExitCodes.Usage, "the token is empty");
        return token.All(static c => c is > ' ' and < '\u007f') ? token : throw new CommandException(ExitCodes.Usage, "the token holds a character that no token has");
    }

    /// <summary>What the token's bearer may do; empty where the orchestrator does not tell.</summary>
    private static async Task<string> RoleAsync(ClusterConnection cluster, CancellationToken cancellationToken)
    {
        try
        {
            var identity = await cluster.Access.WhoAmIAsync(new WhoAmIRequest(), cancellationToken: cancellationToken);
            return identity.Role.ToString().ToLowerInvariant() + (identity.Tenant.Length > 0 ? $" of {identity.Tenant}" : "");
        }
        catch (ApiException e) when (e.Status == StatusCode.Unimplemented)
        {
            return "";
        }
    }

    private static Fingerprint? Expected(string? text) => text is null ? null
        : Fingerprint.TryParse(text, out var fingerprint) ? fingerprint
        : throw new CommandException(ExitCodes.Usage, "what names the authority is not a fingerprint: 64 hexadecimal digits, as 'minilambda-orchestrator fingerprint' prints them");

    private static Uri ParseServer(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url!
            : throw new CommandException(ExitCodes.Usage, $"'{text}' is not a URL such as https://orchestrator.lan:7070");
}
