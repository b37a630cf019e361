using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Secrets;

/// <summary><c>secret list</c></summary>
internal static class ListCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("list", "Secrets by name, without their values");
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var all = new ListSecretsResponse();
            do
            {
                var page = await cluster.Secrets.ListAsync(
                    new ListSecretsRequest { PageSize = 1000, PageToken = all.NextPageToken }, cancellationToken: cancellationToken);
                all.Secrets.Add(page.Secrets);
                all.NextPageToken = page.NextPageToken;
            }
            while (all.NextPageToken.Length > 0);
            format.Write(parsed, terminal, all, wide => Table(all, wide, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static TextTable Table(ListSecretsResponse all, bool wide, DateTimeOffset now)
    {
        var table = wide
            ? new TextTable("NAME", "TENANT", "CREATED", "SET", "FUNCTIONS") { WhenEmpty = "no secrets" }
            : new TextTable("NAME", "TENANT", "SET", "FUNCTIONS") { WhenEmpty = "no secrets" };
        foreach (var secret in all.Secrets)
        {
            var (age, functions) = ($"{JobTables.Age(secret.UpdatedAt, now)} ago", secret.Functions.Count == 0 ? "-" : string.Join(",", secret.Functions));
            if (wide)
                table.Add(secret.Name, secret.Tenant, JobTables.Moment(secret.CreatedAt), age, functions);
            else
                table.Add(secret.Name, secret.Tenant, age, functions);
        }

        return table;
    }
}
