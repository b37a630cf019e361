using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Tokens as rows.</summary>
public static class TokenTables
{
    public static TextTable Tokens(IEnumerable<AccessToken> tokens, bool wide, DateTimeOffset now)
    {
        var table = wide
            ? new TextTable("ID", "ROLE", "TENANT", "FUNCTIONS", "STATUS", "LAST USED", "CREATED", "BY", "DESCRIPTION") { WhenEmpty = "no tokens" }
            : new TextTable("ID", "ROLE", "TENANT", "STATUS", "LAST USED", "DESCRIPTION") { WhenEmpty = "no tokens" };
        foreach (var token in tokens)
        {
            var (role, tenant, status) = (JobTables.Word(token.Role.ToString()), Tenant(token.Tenant), Status(token, now));
            var used = token.LastUsedAt is null ? "-" : $"{JobTables.Age(token.LastUsedAt, now)} ago";
            if (wide)
            {
                table.Add(
                    token.Id, role, tenant, Functions(token.Functions), status, used, token.CreatedAt is null ? "-" : JobTables.Moment(token.CreatedAt),
                    token.CreatedBy.Length == 0 ? "-" : token.CreatedBy, token.Description);
            }
            else
            {
                table.Add(token.Id, role, tenant, status, used, token.Description);
            }
        }

        return table;
    }

    public static TextTable Identity(Identity identity, DateTimeOffset now)
    {
        var table = new TextTable();
        table.Add("token", identity.TokenId);
        table.Add("role", JobTables.Word(identity.Role.ToString()));
        table.Add("tenant", Tenant(identity.Tenant));
        table.Add("functions", Functions(identity.Functions));
        table.Add("expires", identity.ExpiresAt is null ? "never" : $"{JobTables.Moment(identity.ExpiresAt)} ({Left(identity.ExpiresAt, now)})");
        return table;
    }

    /// <summary>What a token may do: <c>submitter of tenant photos, functions img-*, until …</c></summary>
    public static string Words(AccessToken token) =>
        $"{JobTables.Word(token.Role.ToString())} {(token.Tenant.Length == 0 ? "over all tenants" : $"of tenant {token.Tenant}")}"
        + (token.Functions.Count == 0 ? "" : $", functions {Functions(token.Functions)}")
        + (token.ExpiresAt is null ? "" : $", until {JobTables.Moment(token.ExpiresAt)}");

    private static string Status(AccessToken token, DateTimeOffset now) => token switch
    {
        { RevokedAt: not null } => "revoked",
        { ExpiresAt: null } => "good",
        _ when token.ExpiresAt.ToDateTimeOffset() <= now => "expired",
        _ => $"good, {Left(token.ExpiresAt, now)}",
    };

    private static string Left(Timestamp end, DateTimeOffset now) => $"{DurationText.Humanize(end.ToDateTimeOffset() - now)} left";

    private static string Tenant(string tenant) => tenant.Length == 0 ? "all" : tenant;

    private static string Functions(RepeatedField<string> patterns) => patterns.Count == 0 ? "all" : string.Join(' ', patterns);
}
