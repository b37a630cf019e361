using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Tokens;

/// <summary><c>token create --role R</c></summary>
internal static class CreateCommand
{
    private static readonly string[] Roles = ["reader", "submitter", "operator", "admin"];

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var role = new Option<string>("--role") { Description = "what it may do: reader, submitter, operator or admin", HelpName = "role", Required = true };
        role.AcceptOnly(Roles);
        var tenant = new Option<string>("--tenant") { Description = "the tenant that it is confined to; without it all, or that of the token in use", HelpName = "name" };
        var functions = new Option<string[]>("--functions")
        {
            Description = "names of functions that it may see, push and make jobs of, such as img-* (repeatable); without it all",
            HelpName = "pattern",
        };
        var expires = Flags.Duration("--expires", "how long it is good, such as 12h or 30d; without it until it is revoked");
        var description = new Option<string>("--description") { Description = "what it is for", HelpName = "text" };
        var format = new OutputFormat();
        var command = new Command("create", "Make a token and print it, this once") { role, tenant, functions, expires, description };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var request = new CreateTokenRequest
            {
                Role = (Role)(Array.IndexOf(Roles, parsed.GetValue(role)) + 1),
                Tenant = parsed.GetValue(tenant) ?? "",
                Functions = { parsed.GetValue(functions) ?? [] },
                Description = parsed.GetValue(description) ?? "",
                Ttl = parsed.GetValue(expires)?.ToDuration(),
            };
            var made = await cluster.Access.CreateTokenAsync(request, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
            {
                format.Write(parsed, terminal, made, _ => new TextTable());
                return ExitCodes.Done;
            }

            // Alone on stdout, so that it can be piped to where it is kept.
            await terminal.Out.WriteLineAsync(made.Secret);
            Notices.For(parsed, global, terminal).Tell(
                $"token {made.Token.Id}: {TokenTables.Words(made.Token)}; it is not shown again, 'minilambda token revoke {made.Token.Id}' ends it");
            return ExitCodes.Done;
        });
        return command;
    }
}
