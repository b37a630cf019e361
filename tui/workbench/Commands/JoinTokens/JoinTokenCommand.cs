using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.JoinTokens;

/// <summary><c>join-token</c></summary>
internal static class JoinTokenCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var ttl = Flags.Duration("--ttl", "how long workers may join with it (default: 1h)");
        var uses = Flags.Number("--uses", "workers that may join with it", usual: 1, min: 1, max: 10_000);
        var label = Flags.Pairs("--label", "label that such workers bear whatever they say themselves; repeatable", "k=v");
        var advertise = new Option<string?>("--advertise") { Description = "URL that workers dial (default: the one that this command goes to)", HelpName = "url" };
        var format = new OutputFormat();
        var command = new Command("join-token", "Make a token that a worker joins with, and print the command to type there")
        {
            ttl, uses, label, advertise, List(global, terminal), Revoke(global, terminal),
        };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var request = new CreateJoinTokenRequest { Uses = parsed.GetValue(uses), Server = parsed.GetValue(advertise) ?? "", Ttl = parsed.GetValue(ttl)?.ToDuration() };
            foreach (var pair in parsed.GetValue(label) ?? [])
                request.Labels[pair[..pair.IndexOf('=')]] = pair[(pair.IndexOf('=') + 1)..];
            var made = await cluster.Access.CreateJoinTokenAsync(request, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, made, _ => new TextTable());
            else
                await terminal.Out.WriteLineAsync($"minilambda-worker join {made.Text}");
            if (request.Server.Length == 0 && cluster.Server.IsLoopback && !format.IsJson(parsed))
            {
                Notices.For(parsed, global, terminal).Say(
                    $"it names {cluster.Server.ToString().TrimEnd('/')}, which is this machine alone unless the orchestrator listens on more; --advertise names another URL");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command List(GlobalOptions global, CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("list", "The join tokens that still stand");
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var all = new ListJoinTokensResponse();
            do
            {
                var page = await cluster.Access.ListJoinTokensAsync(
                    new ListJoinTokensRequest { PageSize = 1000, PageToken = all.NextPageToken }, cancellationToken: cancellationToken);
                all.Tokens.Add(page.Tokens);
                all.NextPageToken = page.NextPageToken;
            }
            while (all.NextPageToken.Length > 0);
            format.Write(parsed, terminal, all, _ => Table(all.Tokens, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Revoke(GlobalOptions global, CommandTerminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the join token's id, as 'join-token list' shows it" };
        var format = new OutputFormat();
        var command = new Command("revoke", "Let no worker join with a token any more; those that did stay") { id };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var token = await cluster.Access.RevokeJoinTokenAsync(new RevokeJoinTokenRequest { Id = parsed.GetValue(id) }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, token, _ => new TextTable());
            else
                await terminal.Out.WriteLineAsync($"join token {token.Id} is revoked");
            return ExitCodes.Done;
        });
        return command;
    }

    private static TextTable Table(IEnumerable<JoinToken> tokens, DateTimeOffset now)
    {
        var table = new TextTable("ID", "USES LEFT", "ENDS IN", "LABELS", "MADE BY") { WhenEmpty = "no join tokens" };
        foreach (var token in tokens)
        {
            var left = token.ExpiresAt.ToDateTimeOffset() - now;
            table.Add(
                token.Id, $"{token.UsesLeft}", DurationText.Humanize(left > TimeSpan.Zero ? left : TimeSpan.Zero),
                Printable.Line(string.Join(' ', token.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))), token.CreatedBy);
        }

        return table;
    }
}
